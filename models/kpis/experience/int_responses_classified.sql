{{ config(materialized='view') }}
{#-
    What a survey answer counts as. Scales are never pooled, and what a point of each counts as stands in the seed
    survey_scales. Late and superseded answers are kept and not counted.
-#}
with

responses as (
    select * from {{ ref('fct_survey_responses') }}
),

scales as (
    select * from {{ ref('survey_scales') }}
),

placed as (
    select
        responses.*,
        scales.scale,
        responses.is_answered and not responses.is_late and not responses.is_superseded as is_response_counted,
        responses.score >= scales.top_box_from as is_top_box,
        responses.score >= scales.positive_from as is_positive,
        responses.score <= scales.negative_to as is_negative
    from responses
    left join scales
        on
            scales.question = responses.question
            and scales.scale_min = responses.scale_min
            and scales.scale_max = responses.scale_max
            and scales.higher_is_better = responses.higher_is_better
)

select
    *,
    -- Worth reading: detractors, and the lowest quarter of any other scale (1 and 2 of 5).
    case
        when scale in ('nps', 'recommend_10') then is_negative
        when higher_is_better then score <= scale_min + 0.25 * (scale_max - scale_min)
        else score >= scale_max - 0.25 * (scale_max - scale_min)
    end as is_low_score
from placed
