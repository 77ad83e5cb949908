{#- NPS, CSAT, CES and the other questions; scales are never pooled. Anchor: day of the response. -#}
with

responses as (
    select * from {{ ref('int_responses_classified') }}
    where is_answered
)

select
    response_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_response_counted and is_nps_scale then 1 end) as nps_responses,
    count(case when is_response_counted and is_nps_scale and score >= 9 then 1 end) as nps_promoters,
    count(case when is_response_counted and is_nps_scale and score <= 6 then 1 end) as nps_detractors,
    count(case when question = 'nps' and not (is_response_counted and is_nps_scale) then 1 end) as nps_excluded,
    count(case when is_response_counted and is_nps_scale and score >= 9 then 1 end)
    - count(case when is_response_counted and is_nps_scale and score <= 6 then 1 end) as nps_balance,
    count(case when is_response_counted and is_nps_scale and (score >= 9 or score <= 6) then 1 end) as nps_decided,

    count(case when is_response_counted and is_csat_5_scale then 1 end) as csat_5_responses,
    count(case when is_response_counted and is_csat_5_top_box then 1 end) as csat_5_top_box,
    sum(case when is_response_counted and is_csat_5_scale then score end) as csat_5_score,
    sum(case when is_response_counted and is_csat_5_scale then score * score end) as csat_5_score_squared,
    count(case when question = 'csat' and not (is_response_counted and is_csat_5_scale) then 1 end) as csat_5_excluded,

    count(case when is_response_counted and is_csat_10_scale then 1 end) as csat_10_responses,
    count(case when is_response_counted and is_csat_10_scale and score >= 9 then 1 end) as csat_10_top_box,
    sum(case when is_response_counted and is_csat_10_scale then score end) as csat_10_score,
    sum(case when is_response_counted and is_csat_10_scale then score * score end) as csat_10_score_squared,
    count(case when question = 'csat' and not (is_response_counted and is_csat_10_scale) then 1 end) as csat_10_excluded,

    count(case when is_response_counted and is_ces_scale then 1 end) as ces_responses,
    count(case when is_response_counted and is_ces_scale and score >= 5 then 1 end) as ces_easy,
    sum(case when is_response_counted and is_ces_scale then score end) as ces_score,
    sum(case when is_response_counted and is_ces_scale then score * score end) as ces_score_squared,
    count(case when question = 'ces' and not (is_response_counted and is_ces_scale) then 1 end) as ces_excluded,
    count(case when is_response_counted and is_ces_scale and score >= 6 then 1 end)
    - count(case when is_response_counted and is_ces_scale and score <= 3 then 1 end) as ces_balance,
    count(case when is_response_counted and is_ces_scale and (score >= 6 or score <= 3) then 1 end) as ces_decided,

    count(case when is_response_counted and is_effort_5_scale then 1 end) as effort_5_responses,
    sum(case when is_response_counted and is_effort_5_scale then score end) as effort_5_score,
    sum(case when is_response_counted and is_effort_5_scale then score * score end) as effort_5_score_squared,
    count(case when question = 'ces' and not (is_response_counted and is_effort_5_scale) then 1 end) as effort_5_excluded,

    count(case when is_response_counted and is_csat_binary_scale then 1 end) as csat_binary_responses,
    count(case when is_response_counted and is_csat_binary_scale and score = 1 then 1 end) as csat_binary_good,
    count(case when question = 'csat' and not (is_response_counted and is_csat_binary_scale) then 1 end)
    as csat_binary_excluded,

    count(case when is_response_counted and is_csat_7_scale then 1 end) as csat_7_responses,
    count(case when is_response_counted and is_csat_7_scale and score >= 6 then 1 end) as csat_7_top_box,
    sum(case when is_response_counted and is_csat_7_scale then score end) as csat_7_score,
    sum(case when is_response_counted and is_csat_7_scale then score * score end) as csat_7_score_squared,
    count(case when question = 'csat' and not (is_response_counted and is_csat_7_scale) then 1 end) as csat_7_excluded,
    count(case when is_response_counted and is_clarity_scale then 1 end) as clarity_responses,
    count(case when is_response_counted and is_clarity_scale and score >= 4 then 1 end) as clarity_top_box,
    sum(case when is_response_counted and is_clarity_scale then score end) as clarity_score,
    sum(case when is_response_counted and is_clarity_scale then score * score end) as clarity_score_squared,
    count(case when question = 'clarity' and not (is_response_counted and is_clarity_scale) then 1 end) as clarity_excluded,
    count(case when is_response_counted and is_speed_scale then 1 end) as speed_responses,
    count(case when is_response_counted and is_speed_scale and score >= 4 then 1 end) as speed_top_box,
    sum(case when is_response_counted and is_speed_scale then score end) as speed_score,
    sum(case when is_response_counted and is_speed_scale then score * score end) as speed_score_squared,
    count(case when question = 'speed' and not (is_response_counted and is_speed_scale) then 1 end) as speed_excluded,
    count(case when is_response_counted and is_recommend_5_scale then 1 end) as recommend_5_responses,
    count(case
        when
            is_response_counted and is_recommend_5_scale and score >= 5 then 1 end) - count(case when is_response_counted
            and is_recommend_5_scale
            and score <= 3
            then 1
    end) as recommend_5_balance,
    count(case when is_response_counted and is_recommend_5_scale and (score >= 5 or score <= 3) then 1 end)
    as recommend_5_decided,
    count(case when question = 'nps' and not (is_response_counted and is_recommend_5_scale) then 1 end)
    as recommend_5_excluded,
    count(case when is_response_counted and is_recommend_10_scale then 1 end) as recommend_10_responses,
    count(case
        when
            is_response_counted and is_recommend_10_scale and score >= 9 then 1 end) - count(case when is_response_counted
            and is_recommend_10_scale
            and score <= 6
            then 1
    end) as recommend_10_balance,
    count(case when is_response_counted and is_recommend_10_scale and (score >= 9 or score <= 6) then 1 end)
    as recommend_10_decided,
    count(case when question = 'nps' and not (is_response_counted and is_recommend_10_scale) then 1 end)
    as recommend_10_excluded,
    count(case when is_response_counted and is_resolved_scale then 1 end) as resolved_responses,
    count(case when is_response_counted and is_resolved_scale and score = 1 then 1 end) as resolved_yes,
    count(case when question = 'resolved' and not (is_response_counted and is_resolved_scale) then 1 end)
    as resolved_excluded,
    count(case
        when is_response_counted and is_resolved_scale and is_about_first_contact and is_asked_within_business_day
            then 1
    end) as first_contact_responses,
    count(case
        when
            is_response_counted
            and is_resolved_scale
            and is_about_first_contact
            and is_asked_within_business_day
            and score = 1
            then 1
    end) as first_contact_yes,
    count(case
        when
            question = 'resolved'
            and not (is_response_counted and is_resolved_scale and is_about_first_contact and is_asked_within_business_day)
            then 1
    end) as first_contact_excluded,

    count(*) as answer_count,
    count(case when is_late then 1 end) as late_answer_count
from responses
group by 1, 2, 3, 4, 5
