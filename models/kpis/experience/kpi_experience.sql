{#-
    NPS, CSAT, CES and the other questions, scale by scale; which points count for which measure stands in the seed
    survey_scales. Anchor: day of the response.
-#}
with

answers as (
    select
        *,
        coalesce(case when is_response_counted then scale end, 'none') as counted_scale
    from {{ ref('int_responses_classified') }}
    where is_answered
),

counted as (
    select
        *,
        counted_scale = 'resolved' and is_about_first_contact and is_asked_within_business_day as is_first_contact_counted
    from answers
)

select
    response_date as kpi_date,
    {{ kpi_dimensions() }},

    count(case when counted_scale = 'nps' then 1 end) as nps_responses,
    count(case when counted_scale = 'nps' and is_positive then 1 end) as nps_promoters,
    count(case when counted_scale = 'nps' and is_negative then 1 end) as nps_detractors,
    count(case when counted_scale = 'nps' and is_positive then 1 end)
    - count(case when counted_scale = 'nps' and is_negative then 1 end) as nps_balance,
    count(case when counted_scale = 'nps' and (is_positive or is_negative) then 1 end) as nps_decided,
    count(case when question = 'nps' and counted_scale <> 'nps' then 1 end) as nps_excluded,

    count(case when counted_scale = 'recommend_5' then 1 end) as recommend_5_responses,
    count(case when counted_scale = 'recommend_5' and is_positive then 1 end)
    - count(case when counted_scale = 'recommend_5' and is_negative then 1 end) as recommend_5_balance,
    count(case when counted_scale = 'recommend_5' and (is_positive or is_negative) then 1 end) as recommend_5_decided,
    count(case when question = 'nps' and counted_scale <> 'recommend_5' then 1 end) as recommend_5_excluded,

    count(case when counted_scale = 'recommend_10' then 1 end) as recommend_10_responses,
    count(case when counted_scale = 'recommend_10' and is_positive then 1 end)
    - count(case when counted_scale = 'recommend_10' and is_negative then 1 end) as recommend_10_balance,
    count(case when counted_scale = 'recommend_10' and (is_positive or is_negative) then 1 end) as recommend_10_decided,
    count(case when question = 'nps' and counted_scale <> 'recommend_10' then 1 end) as recommend_10_excluded,

    count(case when counted_scale = 'csat_5' then 1 end) as csat_5_responses,
    count(case when counted_scale = 'csat_5' and is_top_box then 1 end) as csat_5_top_box,
    sum(case when counted_scale = 'csat_5' then score end) as csat_5_score,
    sum(case when counted_scale = 'csat_5' then score * score end) as csat_5_score_squared,
    count(case when question = 'csat' and counted_scale <> 'csat_5' then 1 end) as csat_5_excluded,

    count(case when counted_scale = 'csat_3' then 1 end) as csat_3_responses,
    count(case when counted_scale = 'csat_3' and is_top_box then 1 end) as csat_3_top_box,
    sum(case when counted_scale = 'csat_3' then score end) as csat_3_score,
    sum(case when counted_scale = 'csat_3' then score * score end) as csat_3_score_squared,
    count(case when question = 'csat' and counted_scale <> 'csat_3' then 1 end) as csat_3_excluded,

    count(case when counted_scale = 'csat_4' then 1 end) as csat_4_responses,
    count(case when counted_scale = 'csat_4' and is_top_box then 1 end) as csat_4_top_box,
    sum(case when counted_scale = 'csat_4' then score end) as csat_4_score,
    sum(case when counted_scale = 'csat_4' then score * score end) as csat_4_score_squared,
    count(case when question = 'csat' and counted_scale <> 'csat_4' then 1 end) as csat_4_excluded,

    count(case when counted_scale = 'csat_7' then 1 end) as csat_7_responses,
    count(case when counted_scale = 'csat_7' and is_top_box then 1 end) as csat_7_top_box,
    sum(case when counted_scale = 'csat_7' then score end) as csat_7_score,
    sum(case when counted_scale = 'csat_7' then score * score end) as csat_7_score_squared,
    count(case when question = 'csat' and counted_scale <> 'csat_7' then 1 end) as csat_7_excluded,

    count(case when counted_scale = 'csat_10' then 1 end) as csat_10_responses,
    count(case when counted_scale = 'csat_10' and is_top_box then 1 end) as csat_10_top_box,
    sum(case when counted_scale = 'csat_10' then score end) as csat_10_score,
    sum(case when counted_scale = 'csat_10' then score * score end) as csat_10_score_squared,
    count(case when question = 'csat' and counted_scale <> 'csat_10' then 1 end) as csat_10_excluded,

    count(case when counted_scale = 'csat_100' then 1 end) as csat_100_responses,
    count(case when counted_scale = 'csat_100' and is_top_box then 1 end) as csat_100_top_box,
    sum(case when counted_scale = 'csat_100' then score end) as csat_100_score,
    sum(case when counted_scale = 'csat_100' then score * score end) as csat_100_score_squared,
    count(case when question = 'csat' and counted_scale <> 'csat_100' then 1 end) as csat_100_excluded,

    count(case when counted_scale = 'csat_binary' then 1 end) as csat_binary_responses,
    count(case when counted_scale = 'csat_binary' and is_top_box then 1 end) as csat_binary_good,
    count(case when question = 'csat' and counted_scale <> 'csat_binary' then 1 end) as csat_binary_excluded,

    count(case when counted_scale = 'ces_7' then 1 end) as ces_responses,
    count(case when counted_scale = 'ces_7' and is_top_box then 1 end) as ces_easy,
    sum(case when counted_scale = 'ces_7' then score end) as ces_score,
    sum(case when counted_scale = 'ces_7' then score * score end) as ces_score_squared,
    count(case when counted_scale = 'ces_7' and is_positive then 1 end)
    - count(case when counted_scale = 'ces_7' and is_negative then 1 end) as ces_balance,
    count(case when counted_scale = 'ces_7' and (is_positive or is_negative) then 1 end) as ces_decided,
    count(case when question = 'ces' and counted_scale <> 'ces_7' then 1 end) as ces_excluded,

    count(case when counted_scale = 'effort_5' then 1 end) as effort_5_responses,
    sum(case when counted_scale = 'effort_5' then score end) as effort_5_score,
    sum(case when counted_scale = 'effort_5' then score * score end) as effort_5_score_squared,
    count(case when question = 'ces' and counted_scale <> 'effort_5' then 1 end) as effort_5_excluded,

    count(case when counted_scale = 'clarity' then 1 end) as clarity_responses,
    count(case when counted_scale = 'clarity' and is_top_box then 1 end) as clarity_top_box,
    sum(case when counted_scale = 'clarity' then score end) as clarity_score,
    sum(case when counted_scale = 'clarity' then score * score end) as clarity_score_squared,
    count(case when question = 'clarity' and counted_scale <> 'clarity' then 1 end) as clarity_excluded,

    count(case when counted_scale = 'speed' then 1 end) as speed_responses,
    count(case when counted_scale = 'speed' and is_top_box then 1 end) as speed_top_box,
    sum(case when counted_scale = 'speed' then score end) as speed_score,
    sum(case when counted_scale = 'speed' then score * score end) as speed_score_squared,
    count(case when question = 'speed' and counted_scale <> 'speed' then 1 end) as speed_excluded,

    count(case when counted_scale = 'resolved' then 1 end) as resolved_responses,
    count(case when counted_scale = 'resolved' and is_top_box then 1 end) as resolved_yes,
    count(case when question = 'resolved' and counted_scale <> 'resolved' then 1 end) as resolved_excluded,

    count(case when is_first_contact_counted then 1 end) as first_contact_responses,
    count(case when is_first_contact_counted and is_top_box then 1 end) as first_contact_yes,
    count(case when question = 'resolved' and not is_first_contact_counted then 1 end) as first_contact_excluded,

    count(*) as answer_count,
    count(case when is_late then 1 end) as late_answer_count
from counted
group by 1, 2, 3, 4, 5, 6
