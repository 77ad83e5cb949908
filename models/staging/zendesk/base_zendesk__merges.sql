{#-
    Which ticket each merged one went into at last. Fivetran has the list on the one that stays; elsewhere the comment that a merge
    writes on both names the other, and the tag tells which was closed. A ticket with the tag alone went into one that nobody knows.
-#}
with

tickets as (
    select * from {{ ref('base_zendesk__tickets') }}
    where is_current
),

numbers as (
    {{ whole_numbers(1000) }}
),

named as (
    select
        source_system,
        ticket_id,
        merged_ticket_ids as other_ids,
        true as is_survivor
    from tickets
    where merged_ticket_ids is not null

    union all

    select
        t.source_system,
        ticket_id,
{{ bare_list('merged_ticket_ids') }} as other_ids,
        false as is_survivor
    from {{ vendor_table('zendesk', 'ticket_comments') }} as t
    where via_source_rel = 'merge' and merged_ticket_ids is not null
),

pairs as (
    select
        named.source_system,
        named.ticket_id,
        named.is_survivor,
        {{ "split_part(named.other_ids, ',', cast(numbers.generated_number as integer))" }} as other_id
    from named
    inner join numbers on numbers.generated_number <= {{ list_length('named.other_ids') }}
),

-- Of two that were both closed so, the one that went into the other was the first to rest.
directed as (
    select
        pairs.*,
        not pairs.is_survivor
        and this.is_closed_by_merge
        and (not coalesce(other.is_closed_by_merge, false) or this.updated_at < other.updated_at) as is_this_merged
    from pairs
    inner join tickets as this
        on
            this.source_system = pairs.source_system
            and this.ticket_id = pairs.ticket_id
    left join tickets as other
        on
            other.source_system = pairs.source_system
            and other.ticket_id = pairs.other_id
),

merges_0 as (
    select
        source_system,
        case when is_this_merged then ticket_id else other_id end as ticket_id,
        min(case when is_this_merged then other_id else ticket_id end) as merged_into_id
    from directed
    where ticket_id <> other_id
    group by source_system, case when is_this_merged then ticket_id else other_id end
),

-- Each step doubles the length of the chains that are followed to their end: four reach sixteen merges.
{% for step in range(1, 5) -%}
merges_{{ step }} as (
    select
        merged.source_system,
        merged.ticket_id,
        coalesce(further.merged_into_id, merged.merged_into_id) as merged_into_id
    from merges_{{ step - 1 }} as merged
    left join merges_{{ step - 1 }} as further
        on
            further.source_system = merged.source_system
            and further.ticket_id = merged.merged_into_id
),

{% endfor -%}
tagged as (
    select
        source_system,
        ticket_id
    from tickets
    where is_closed_by_merge
),

-- A circle has no end: there the first step holds.
followed as (
    select
        first_step.source_system,
        first_step.ticket_id,
        case when beyond.ticket_id is null then last_step.merged_into_id else first_step.merged_into_id end
        as merged_into_ticket_id
    from merges_0 as first_step
    inner join merges_4 as last_step
        on
            last_step.source_system = first_step.source_system
            and last_step.ticket_id = first_step.ticket_id
    left join merges_0 as beyond
        on
            beyond.source_system = last_step.source_system
            and beyond.ticket_id = last_step.merged_into_id
)

select
    coalesce(followed.source_system, tagged.source_system) as source_system,
    coalesce(followed.ticket_id, tagged.ticket_id) as ticket_id,
    coalesce(followed.merged_into_ticket_id, 'unknown') as merged_into_ticket_id
from followed
full outer join tagged
    on
        tagged.source_system = followed.source_system
        and tagged.ticket_id = followed.ticket_id
