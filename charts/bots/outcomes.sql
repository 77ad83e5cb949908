with counted as (
    select
        bot_outcome,
        tree_order,
        any_value(is_eligible) as is_eligible,
        any_value(is_escalated) as is_escalated,
        any_value(is_net_contained) as is_net_contained,
        sum(conversation_count) as conversation_count
    from marts.bot_outcomes
    where conversation_date >= $month and conversation_date < $month + interval 1 month
    group by bot_outcome, tree_order
)

select
    case bot_outcome
        when 'not_engaged' then 'customer said nothing'
        when 'pending' then 'pending: may still come back'
        when 'blocked' then 'bot was out of order'
        when 'escalated_connected' then 'handed over, a person answered'
        when 'escalated_lost' then 'handed over, nobody answered'
        when 'contained_returned' then 'contained, but came back within 48 hours'
        when 'resolved_confirmed' then 'solved, confirmed by the customer'
        when 'resolved_task' then 'solved, the task was done'
        when 'abandoned_in_bot' then 'left in the bot'
        when 'contained_durable' then 'contained, did not come back'
        else bot_outcome
    end as label,
    case
        when not is_eligible then 'not counted'
        when is_escalated then 'to people'
        when is_net_contained then 'contained'
        else 'contained in vain'
    end as series,
    conversation_count as value,
    conversation_count as n
from counted
order by tree_order
