{#- NPS, CSAT and CES. Anchor: day of the response. -#}
with

responses as (
    select * from {{ ref('int_responses_classified') }}
    where is_answered
)

select
    response_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('is_response_counted and is_nps_scale') }} as nps_responses,
    {{ count_if('is_response_counted and is_nps_scale and score >= 9') }} as nps_promoters,
    {{ count_if('is_response_counted and is_nps_scale and score <= 6') }} as nps_detractors,
    {{ count_if("question = 'nps' and not (is_response_counted and is_nps_scale)") }} as nps_excluded,
    {{ count_if('is_response_counted and is_nps_scale and score >= 9') }}
    - {{ count_if('is_response_counted and is_nps_scale and score <= 6') }} as nps_balance,
    {{ count_if('is_response_counted and is_nps_scale and (score >= 9 or score <= 6)') }} as nps_decided,

    {{ count_if('is_response_counted and is_csat_5_scale') }} as csat_5_responses,
    {{ count_if('is_response_counted and is_csat_5_top_box') }} as csat_5_top_box,
    sum(case when is_response_counted and is_csat_5_scale then score end) as csat_5_score,
    sum(case when is_response_counted and is_csat_5_scale then score * score end) as csat_5_score_squared,
    {{ count_if("question = 'csat' and not (is_response_counted and is_csat_5_scale)") }} as csat_5_excluded,

    {{ count_if('is_response_counted and is_csat_10_scale') }} as csat_10_responses,
    {{ count_if('is_response_counted and is_csat_10_scale and score >= 9') }} as csat_10_top_box,
    sum(case when is_response_counted and is_csat_10_scale then score end) as csat_10_score,
    sum(case when is_response_counted and is_csat_10_scale then score * score end) as csat_10_score_squared,
    {{ count_if("question = 'csat' and not (is_response_counted and is_csat_10_scale)") }} as csat_10_excluded,

    {{ count_if('is_response_counted and is_ces_scale') }} as ces_responses,
    {{ count_if('is_response_counted and is_ces_scale and score >= 5') }} as ces_easy,
    sum(case when is_response_counted and is_ces_scale then score end) as ces_score,
    sum(case when is_response_counted and is_ces_scale then score * score end) as ces_score_squared,
    {{ count_if("question = 'ces' and not (is_response_counted and is_ces_scale)") }} as ces_excluded
from responses
group by
    1,
    2,
    3,
    4,
    5
