{#- No contact is offered twice or lost on the way, in any cell. -#}
select *
from {{ ref('kpi_access') }}
where offered_count <> answered_count + abandoned_count + short_abandoned_count + flow_out_count
