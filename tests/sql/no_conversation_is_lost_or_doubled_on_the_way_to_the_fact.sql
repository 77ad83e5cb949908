with

expected as (
    select
        (select count(*) from {{ ref('int_ticket_conversations') }})
        + (select count(*) from {{ ref('int_chats_accepted') }})
        + (
            select count(*)
            from (select distinct source_system, root_call_id from {{ ref('int_calls_accepted') }}) as calls
        ) as conversation_count
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
