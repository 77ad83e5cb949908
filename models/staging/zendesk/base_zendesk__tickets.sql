{#-
    Tickets of both shapes, in our words, with the tags that say what a ticket is. The newest version of each is the current one.
-#}
with

landed as (
    select * from {{ ref('base_zendesk__tickets_landed') }}
),

tags_by_ticket as (
    select
        t.source_system,
        ticket_id,
        max(case when tag = 'closed_by_merge' then 1 else 0 end) as closed_by_merge,
        max(case when tag = 'created_for_side_conversation' then 1 else 0 end) as for_side_conversation
    from {{ vendor_table('zendesk', 'ticket_tag') }} as t
    where tag is not null
    group by t.source_system, ticket_id
),

-- Tickets that landed more than once are found first: they are few, or all, and only they are sorted.
repeated as (
    select
        source_system,
        ticket_id
    from landed
    group by source_system, ticket_id
    having count(*) > 1
),

ranked as (
    select
        copies.landed_file_name,
        copies.landed_line_number,
        row_number() over (
            partition by copies.source_system, copies.ticket_id
            order by
                case when copies.is_active then 0 else 1 end,
                copies.updated_at desc nulls last,
                copies.loaded_at desc nulls last,
                copies.landed_file_name desc,
                copies.landed_line_number desc
        ) as recency_rank
    from landed as copies
    inner join repeated
        on
            repeated.source_system = copies.source_system
            and repeated.ticket_id = copies.ticket_id
)

select
    landed.source_system,
    landed.ticket_id,
    landed.customer_id,
    landed.customer_phone,
    landed.requester_id,
    landed.submitter_id,
    landed.assignee_id,
    landed.group_id,
    landed.brand_id,
    landed.ticket_form_id,
    landed.via_source_rel,
    landed.via_followup_source_id,
    {{ bare_list('landed.followup_ids') }} as followup_ids,
    {{ bare_list('landed.merged_ticket_ids') }} as merged_ticket_ids,
    case
        when landed.is_deleted then 'deleted'
        when lower(landed.via_channel) in ('sample_ticket', 'sample ticket') then 'test'
        else coalesce(status_words.word, landed.status)
    end as ticket_status,
    coalesce(status_words.word, landed.status) as landed_status,
    coalesce(priority_words.word, landed.priority) as priority,
    lower(replace(landed.via_channel, ' ', '_')) as via_channel,
    -- Facebook and Twitter carry private messages and public posts alike.
    case
        when channel_words.word = 'social' and landed.via_source_rel in ('direct_message', 'message', 'private_message')
            then 'messenger'
        else coalesce(channel_words.word, landed.via_channel)
    end as channel,
    coalesce(landed.system_machine_generated, false) as is_machine_generated,
    coalesce(tags_by_ticket.closed_by_merge, 0) = 1
    or coalesce(',' || {{ bare_list('landed.tags') }} || ',' like '%,closed_by_merge,%', false) as is_closed_by_merge,
    coalesce(tags_by_ticket.for_side_conversation, 0) = 1
    or coalesce(',' || {{ bare_list('landed.tags') }} || ',' like '%,created_for_side_conversation,%', false)
    or coalesce(landed.via_channel = 'side_conversation', false) as is_side_conversation,
    coalesce(ranked.recency_rank, 1) = 1 as is_current,
    landed.created_at,
    landed.updated_at,
    landed.due_at,
    landed.loaded_at,
    landed.landed_file_name,
    landed.landed_line_number
from landed
left join tags_by_ticket
    on
        tags_by_ticket.source_system = landed.source_system
        and tags_by_ticket.ticket_id = landed.ticket_id
{{ join_vendor_words('zendesk_words', 'zendesk_status', 'landed.status', 'status_words') }}
{{ join_vendor_words('zendesk_words', 'zendesk_priority', 'landed.priority', 'priority_words') }}
{{ join_vendor_words('zendesk_words', 'zendesk_via_channel', 'landed.via_channel', 'channel_words') }}
left join ranked
    on
        ranked.landed_line_number = landed.landed_line_number
        and ranked.landed_file_name = landed.landed_file_name
