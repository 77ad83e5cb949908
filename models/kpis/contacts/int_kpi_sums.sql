-- sqlfluff:dialect:postgres
{#
    Every KPI's sums per grain, period and slice, family by family: numerator, denominator, n, pending and excluded, of which
    kpi_values makes values. Slices too small to show are here too, so that slices sum to the whole.
-#}
{{ sums_of_kpis('kpi_fcr') }}
union all
{{ sums_of_kpis('kpi_contacts') }}
union all
{{ sums_of_kpis('kpi_issues') }}
union all
{{ sums_of_kpis('kpi_bots') }}
union all
{{ sums_of_kpis('kpi_dialogues') }}
union all
{{ sums_of_kpis('kpi_routing') }}
union all
{{ sums_of_kpis('kpi_self_service') }}
union all
{{ sums_of_kpis('kpi_cost') }}
union all
{{ sums_of_kpis('kpi_cost_pools') }}
union all
{{ sums_of_kpis('kpi_issue_cost') }}
union all
{{ sums_of_kpis('kpi_experience') }}
union all
{{ sums_of_kpis('kpi_survey_invitations') }}
union all
{{ sums_of_kpis('kpi_due_tickets') }}
union all
{{ sums_of_kpis('kpi_backlog') }}
union all
{{ sums_of_kpis('kpi_automation_value') }}
union all
{{ sums_of_kpis('kpi_workforce') }}
union all
{{ sums_of_kpis('kpi_agent_turnover') }}
union all
{{ sums_of_kpis('kpi_chat_capacity') }}
union all
{{ sums_of_kpis('kpi_agent_ratings') }}
union all
{{ sums_of_kpis('kpi_response_times', percentiles='int_conversation_percentiles') }}
union all
{{ sums_of_kpis('kpi_handle_time', percentiles='int_conversation_percentiles') }}
union all
{{ sums_of_kpis('kpi_tickets', percentiles='int_conversation_percentiles') }}
union all
{{ sums_of_kpis('kpi_access', percentiles='int_conversation_percentiles') }}
union all
{{ sums_of_kpis('kpi_resolution_times', percentiles='int_conversation_percentiles') }}
union all
{{ sums_of_kpis('kpi_turns', percentiles='int_dialogue_percentiles') }}
union all
{{ sums_of_kpis('kpi_handovers', percentiles='int_dialogue_percentiles') }}
union all
{{ sums_of_kpis('kpi_training', is_made_by_period=true) }}
