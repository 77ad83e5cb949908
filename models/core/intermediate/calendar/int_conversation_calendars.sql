{#-
    Which calendar of its tool a conversation had when, where the tool lands that. seconds_carried is what the open seconds of a
    calendar lack, or have too many, to go on from those of the calendar before.
-#}
with

spells as (
    select
        *,
        row_number() over conversation_spells as spell_rank,
        count(*) over (partition by source_system, source_type, source_conversation_id) > 1 as has_several_calendars,
        lag(calendar_id) over conversation_spells as calendar_before
    from ({{ rows_of_tools('conversation_calendars') }}) as told
    window conversation_spells as (partition by source_system, source_type, source_conversation_id order by held_from)
),

-- What the calendar before had counted when it was given up, less what this one had.
changes as (
    select
        spells.*,
        case
            when spells.spell_rank > 1
                then {% for slot, sign in [('before', ' - '), ('own', '')] -%}
                ({{ slot }}.open_seconds_before + coalesce(greatest(
                    least({{ epoch_seconds('spells.held_from') }}, {{ slot }}.open_until) - {{ slot }}.open_from, 0
                ), 0)){{ sign }}
                {%- endfor %}
            else 0
        end as seconds_at_change
    from spells
    {% for slot, calendar in [('before', 'calendar_before'), ('own', 'calendar_id')] -%}
    left join {{ ref('int_business_quarter_hours') }} as {{ slot }}
        on
            spells.spell_rank > 1
            and {{ slot }}.calendar_id = spells.{{ calendar }}
            and {{ slot }}.quarter_hour = {{ quarter_hour_of('spells.held_from') }}
    {% endfor -%}
)

-- Through a calendar of which no hours landed nothing can be counted.
select
    source_system,
    source_type,
    source_conversation_id,
    spell_rank,
    has_several_calendars,
    calendar_id,
    held_from,
    held_until,
    case
        when count(*) over spells_so_far = count(seconds_at_change) over spells_so_far
            then sum(seconds_at_change) over spells_so_far
    end as seconds_carried
from changes
window spells_so_far as (
    partition by source_system, source_type, source_conversation_id
    order by spell_rank
    rows between unbounded preceding and current row
)
