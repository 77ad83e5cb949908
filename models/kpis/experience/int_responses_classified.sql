{{ config(materialized='view') }}
{#- What a survey answer counts as. Scales are never pooled; late and superseded answers are kept and not counted. -#}
with

responses as (
    select * from {{ ref('fct_survey_responses') }}
)

select
    *,
    is_answered and not is_late and not is_superseded as is_response_counted,
    question = 'nps' and scale_min = 0 and scale_max = 10 as is_nps_scale,
    question = 'csat' and scale_min = 1 and scale_max = 5 and higher_is_better as is_csat_5_scale,
    question = 'csat' and scale_min = 1 and scale_max = 5 and higher_is_better and score >= 4 as is_csat_5_top_box,
    question = 'csat' and scale_min = 1 and scale_max = 10 and higher_is_better as is_csat_10_scale,
    question = 'ces' and scale_min = 1 and scale_max = 7 and higher_is_better as is_ces_scale,
    question = 'csat' and scale_min = 0 and scale_max = 1 and higher_is_better as is_csat_binary_scale,
    question = 'csat' and scale_min = 1 and scale_max = 7 and higher_is_better as is_csat_7_scale,
    -- The older effort question: "how much effort", 1-5, less is better.
    question = 'ces' and scale_min = 1 and scale_max = 5 and not higher_is_better as is_effort_5_scale,
    -- Willingness to recommend on other scales is no NPS.
    question = 'nps' and scale_min = 1 and scale_max = 5 as is_recommend_5_scale,
    question = 'nps' and scale_min = 1 and scale_max = 10 as is_recommend_10_scale,
    question = 'clarity' and scale_min = 1 and scale_max = 5 and higher_is_better as is_clarity_scale,
    question = 'speed' and scale_min = 1 and scale_max = 5 and higher_is_better as is_speed_scale,
    question = 'resolved' and scale_min = 0 and scale_max = 1 and higher_is_better as is_resolved_scale,
    -- Worth reading: detractors, and the lowest quarter of any other scale (1 and 2 of 5).
    case
        when question = 'nps' and scale_max = 10 then score <= 6
        when higher_is_better then score - scale_min <= 0.25 * (scale_max - scale_min)
        else scale_max - score <= 0.25 * (scale_max - scale_min)
    end as is_low_score
from responses
