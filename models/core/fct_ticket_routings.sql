with

conversations as (
    select *
    from {{ ref('int_conversations_identified') }}
    where source_type = 'ticket'
),

transfers as (
    select * from {{ ref('int_ticket_transfers') }}
)

select
    conversations.conversation_id,
    coalesce(transfers.first_team, conversations.team) as first_team,
    conversations.team as last_team,
    coalesce(transfers.transfer_count, 0) as transfer_count,
    coalesce(transfers.reroute_count, 0) as reroute_count,
    -- Sent back to where it began, it had been sent right.
    coalesce(transfers.last_rerouted_team <> transfers.first_team, false) as is_misrouted
from conversations
left join transfers
    on
        transfers.source_system = conversations.source_system
        and transfers.ticket_id = conversations.source_conversation_id
        and transfers.conversation_seq = conversations.conversation_seq
where coalesce(transfers.first_team, conversations.team) is not null
