{# Days of the reporting zone, and which of them and of their periods are over. #}

{# The wall time of an instant in the reporting zone. #}
{% macro reporting_time(instant) -%}
    {%- if var('reporting_timezone') == 'UTC' -%}
        {{ instant }}
    {%- else -%}
        {{ utc_to_wall_time(instant, "'" ~ var('reporting_timezone') ~ "'") }}
    {%- endif -%}
{%- endmacro %}

{# The calendar day of an instant in the reporting zone. #}
{% macro reporting_date(instant) -%}
    cast({{ reporting_time(instant) }} as date)
{%- endmacro %}

{#
    The first day that is not over at the cut-off, in the reporting zone. A day is over in its last hour: what is
    exported at midnight ends with the day's last contact.
#}
{% macro first_unfinished_date(cutoff) -%}
    {{ reporting_date(dbt.dateadd('hour', 1, cutoff)) }}
{%- endmacro %}

{#
    The first day of the first month or quarter that is not complete: what begins before it and ends by it is. Complete is what is
    over at the cut-off, and whose last week saw contacts: where data ends on the 6th, other rows may go on.
#}
{% macro first_incomplete_date(cutoff, newest_contact) -%}
    least(
        {{ first_unfinished_date(cutoff) }},
        cast({{ dbt.dateadd('day', 7, reporting_date('coalesce(' ~ newest_contact ~ ', ' ~ cutoff ~ ')')) }} as date)
    )
{%- endmacro %}

{# The instant at which a calendar day of the reporting zone begins. #}
{% macro reporting_midnight(date) -%}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ date }} as timestamp)
    {%- else -%}
        {{ wall_time_to_utc('cast(' ~ date ~ ' as timestamp)', "'" ~ var('reporting_timezone') ~ "'") }}
    {%- endif -%}
{%- endmacro %}
