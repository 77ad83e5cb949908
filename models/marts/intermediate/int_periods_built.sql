{# Written last of all that is built by period: what stands there by now. -#}
-- depends_on: {{ ref('kpi_measures') }}, {{ ref('kpi_pairs') }}, {{ ref('kpi_change_drivers') }}
select * from {{ ref('int_period_versions') }}
