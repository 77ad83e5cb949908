{#-
    Conversations that are new, gone, made of changed rows, another customer's than before, or mature since. Where a source's
    first contact moved, those after it. Empty unless the landing has only grown.
-#}
{% set windows = (fcr_windows().values() | list + [var('issue_window_hours')]) | unique | list -%}
with

conversations as (
    select * from {{ ref('int_conversations_identified') }}
),

conversations_before as (
    {{ conversations_before([
        'conversation_id',
        'customer_id',
        'identity_evidence',
        'source_type',
        'source_system',
        'source_conversation_id',
        'started_at'
    ]) }}
),

starts as (
    select
        source_system,
        min(started_at) as first_contact_at
    from conversations
    group by source_system
),

starts_before as (
    select
        source_system,
        min(started_at) as first_contact_at
    from conversations_before
    group by source_system
),

starts_moved as (
    select
        starts.source_system,
        {{ hours_after('greatest(starts.first_contact_at, starts_before.first_contact_at)', windows | max) }} as censored_until
    from starts
    inner join starts_before on starts_before.source_system = starts.source_system
    where starts.first_contact_at <> starts_before.first_contact_at
),

compared as (
    select
        coalesce(conversations.conversation_id, conversations_before.conversation_id) as conversation_id,
        coalesce(conversations.source_type, conversations_before.source_type) as source_type,
        coalesce(conversations.source_system, conversations_before.source_system) as source_system,
        coalesce(conversations.source_conversation_id, conversations_before.source_conversation_id)
        as source_conversation_id,
        conversations.customer_id,
        conversations_before.customer_id as customer_id_before,
        conversations.started_at,
        conversations.ended_at,
        {{ differ('conversations.customer_id', 'conversations_before.customer_id') }}
        or {{ differ('conversations.identity_evidence', 'conversations_before.identity_evidence') }}
        or conversations.conversation_id is null
        or conversations_before.conversation_id is null as is_anothers
    from conversations
    full outer join conversations_before on conversations_before.conversation_id = conversations.conversation_id
)

select
    compared.conversation_id,
    compared.customer_id,
    compared.customer_id_before
from compared
cross join {{ ref('stg_landing__as_of') }} as cutoff
left join starts_moved on starts_moved.source_system = compared.source_system
where
    {{ landing_has_grown() }}
    and (
        compared.is_anothers
        or {{ is_object_to_build('compared', 'compared.source_type', 'source_conversation_id') }}
        or compared.started_at < starts_moved.censored_until
        {%- for hours in windows %}
        or (
            {{ hours_after('compared.ended_at', hours) }} > cutoff.as_of_before
            and {{ hours_after('compared.ended_at', hours) }} <= cutoff.as_of
        )
        {%- endfor %}
    )
