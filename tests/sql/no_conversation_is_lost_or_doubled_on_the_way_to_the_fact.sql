with

expected as (
    select count(*) as conversation_count
    from (
        select
            source_system,
            ticket_id as source_id,
            conversation_seq
        from {{ ref('int_ticket_conversations') }}
        union all
        select
            source_system,
            chat_id as source_id,
            1 as conversation_seq
        from {{ accepted(ref('int_chats_judged')) }} as chats
        union all
        select distinct
            source_system,
            root_call_id as source_id,
            1 as conversation_seq
        from {{ accepted(ref('int_calls_judged')) }} as calls
    ) as sources
),

found as (
    select count(*) as conversation_count from {{ ref('fct_conversations') }}
)

select
    expected.conversation_count as expected_count,
    found.conversation_count as found_count
from expected
cross join found
where expected.conversation_count <> found.conversation_count
