with moments as (
    select source_system, source_type || 's' as what, started_at as moment from core.fct_conversations
    union all
    select source_system, 'survey answers' as what, responded_at as moment from core.fct_survey_responses
    union all
    select source_system, 'self-service' as what, started_at as moment from core.fct_self_service_sessions
)

select
    source_system,
    what,
    max(moment) as newest_at,
    epoch($as_of) - epoch(max(moment)) as behind,
    count(case when moment > $as_of - interval 7 days then 1 end) as last_week,
    count(case when moment > $as_of - interval 14 days and moment <= $as_of - interval 7 days then 1 end) as week_before
from moments
where moment is not null
group by all
order by source_system, what
