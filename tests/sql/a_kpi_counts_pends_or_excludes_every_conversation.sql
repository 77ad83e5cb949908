{#-
    Raw = counted + pending + excluded on every day, for each KPI of contacts: those of the families below, whose rows are
    contacts. What the others observe is in DECISIONS.md, "Which KPIs account for every contact".
-#}
with

conversations as (
    select
        conversation_date,
        count(*) as conversation_count
    from {{ ref('fct_conversations') }}
    group by conversation_date
)

select
    value_rows.kpi_id,
    value_rows.period_start,
    value_rows.n + value_rows.n_pending + value_rows.n_excluded as accounted,
    conversations.conversation_count
from {{ ref('kpi_values') }} as value_rows
inner join {{ ref('kpi_definitions') }} as definitions on definitions.kpi_id = value_rows.kpi_id
inner join conversations on conversations.conversation_date = value_rows.period_start
where
    definitions.family in (
        'access', 'bots', 'contacts', 'cost', 'fcr', 'handle_time', 'resolution_times', 'response_times', 'tickets'
    )
    and definitions.anchor = 'started_at'
    and value_rows.grain = 'day'
    and value_rows.slice = 'all'
    and value_rows.n + value_rows.n_pending + value_rows.n_excluded <> conversations.conversation_count
