{#-
    When a user was an agent, as the log of settings has it: from each change of the role to the next. The log holds several lines in
    one entry, parted by a backslash and an n, and the same entry twice.
-#}
with

landed as (
    select
        t.source_system,
        source_type,
        source_id,
        change_description,
        created_at
    from {{ vendor_table('zendesk', 'audit_log') }} as t

    union all

    select
        t.source_system,
        source_type,
        source_id,
        change_description,
        created_at
    from {{ vendor_table('zendesk', 'audit_logs') }} as t
),

-- The role in Support decides; the line that begins with Role is that of accounts without roles in several products. A backslash
-- cannot be written alike on all engines.
lines as (
    select
        source_system,
        source_id as user_id,
        created_at as changed_at,
        {{ dbt.split_part(
            "replace(replace(case when change_description like '%Support role changed from %' then "
            ~ dbt.split_part("change_description", "'Support role changed from '", 2)
            ~ " else " ~ dbt.split_part("change_description", "'Role changed from '", 2)
            ~ " end, chr(92), '|'), chr(10), '|')",
            "'|'", 1
        ) }} as roles
    from landed
    where
        lower(source_type) = 'user'
        and (change_description like '%Support role changed from %' or change_description like '%Role changed from %')
),

-- One row per user and second: entries that say the same twice must not double what is joined to them.
changes as (
    select
        source_system,
        user_id,
        changed_at,
        {% for column, part in [('was_agent', 1), ('is_agent', 2)] -%}
        max(case
            when lower(trim({{ dbt.split_part('roles', "' to '", part) }})) in ('not set', 'end-user', 'end user', '') then 0
            else 1
        end) = 1 as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from lines
    group by source_system, user_id, changed_at
),

ordered as (
    select
        *,
        lag(changed_at) over user_changes as changed_before,
        lead(changed_at) over user_changes as changed_next
    from changes
    window user_changes as (partition by source_system, user_id order by changed_at)
)

select
    source_system,
    user_id,
    is_agent,
    changed_at as held_from,
    coalesce(changed_next, timestamp '9999-12-31 00:00:00') as held_until
from ordered

union all

select
    source_system,
    user_id,
    was_agent as is_agent,
    timestamp '1970-01-01 00:00:00' as held_from,
    changed_at as held_until
from ordered
where changed_before is null
