{#- NPS, CSAT, CES and the other questions; scales are never pooled. Anchor: day of the response. -#}
{% set top_boxes = {
    'csat_7': ('csat', 'is_csat_7_scale', 6),
    'clarity': ('clarity', 'is_clarity_scale', 4),
    'speed': ('speed', 'is_speed_scale', 4),
} -%}
{% set balances = {
    'recommend_5': ('is_recommend_5_scale', 5, 3),
    'recommend_10': ('is_recommend_10_scale', 9, 6),
} -%}
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
    {{ count_if("question = 'ces' and not (is_response_counted and is_ces_scale)") }} as ces_excluded,
    {{ count_if('is_response_counted and is_ces_scale and score >= 6') }}
    - {{ count_if('is_response_counted and is_ces_scale and score <= 3') }} as ces_balance,
    {{ count_if('is_response_counted and is_ces_scale and (score >= 6 or score <= 3)') }} as ces_decided,

    {{ count_if('is_response_counted and is_effort_5_scale') }} as effort_5_responses,
    sum(case when is_response_counted and is_effort_5_scale then score end) as effort_5_score,
    sum(case when is_response_counted and is_effort_5_scale then score * score end) as effort_5_score_squared,
    {{ count_if("question = 'ces' and not (is_response_counted and is_effort_5_scale)") }} as effort_5_excluded,

    {{ count_if('is_response_counted and is_csat_binary_scale') }} as csat_binary_responses,
    {{ count_if('is_response_counted and is_csat_binary_scale and score = 1') }} as csat_binary_good,
    {{ count_if("question = 'csat' and not (is_response_counted and is_csat_binary_scale)") }} as csat_binary_excluded,

    {% for name, (question, scale, lowest_top) in top_boxes.items() -%}
    {% set counted = 'is_response_counted and ' ~ scale -%}
    {{ count_if(counted) }} as {{ name }}_responses,
    {{ count_if(counted ~ ' and score >= ' ~ lowest_top) }} as {{ name }}_top_box,
    sum(case when {{ counted }} then score end) as {{ name }}_score,
    sum(case when {{ counted }} then score * score end) as {{ name }}_score_squared,
    {{ count_if("question = '" ~ question ~ "' and not (" ~ counted ~ ')') }} as {{ name }}_excluded,
    {% endfor %}
    {% for name, (scale, lowest_promoter, highest_detractor) in balances.items() -%}
    {% set counted = 'is_response_counted and ' ~ scale -%}
    {% set promoter = 'score >= ' ~ lowest_promoter -%}
    {% set detractor = 'score <= ' ~ highest_detractor -%}
    {{ count_if(counted) }} as {{ name }}_responses,
    {{ count_if(counted ~ ' and ' ~ promoter) }} - {{ count_if(counted ~ ' and ' ~ detractor) }} as {{ name }}_balance,
    {{ count_if(counted ~ ' and (' ~ promoter ~ ' or ' ~ detractor ~ ')') }} as {{ name }}_decided,
    {{ count_if("question = 'nps' and not (" ~ counted ~ ')') }} as {{ name }}_excluded,
    {% endfor %}
    {{ count_if('is_response_counted and is_resolved_scale') }} as resolved_responses,
    {{ count_if('is_response_counted and is_resolved_scale and score = 1') }} as resolved_yes,
    {{ count_if("question = 'resolved' and not (is_response_counted and is_resolved_scale)") }} as resolved_excluded,
    {{ count_if(
        'is_response_counted and is_resolved_scale and is_about_first_contact and is_asked_within_business_day'
    ) }} as first_contact_responses,
    {{ count_if(
        'is_response_counted and is_resolved_scale and is_about_first_contact and is_asked_within_business_day'
        ~ ' and score = 1'
    ) }} as first_contact_yes,
    {{ count_if(
        "question = 'resolved' and not (is_response_counted and is_resolved_scale"
        ~ ' and is_about_first_contact and is_asked_within_business_day)'
    ) }} as first_contact_excluded,

    {{ count_if('true') }} as answer_count,
    {{ count_if('is_late') }} as late_answer_count
from responses
group by
    1,
    2,
    3,
    4,
    5
