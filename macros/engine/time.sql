{# Engine differences in time arithmetic. Instants are UTC timestamps without a zone. #}

{# Seconds since 1970, with fraction. #}
{% macro epoch_seconds(instant) -%}
    {{ return(adapter.dispatch('epoch_seconds')(instant)) }}
{%- endmacro %}

{% macro default__epoch_seconds(instant) -%}
    cast(extract(epoch from {{ instant }}) as {{ type_double() }})
{%- endmacro %}

{% macro duckdb__epoch_seconds(instant) -%}
    (epoch_us({{ instant }}) / 1e6)
{%- endmacro %}

{% macro spark__epoch_seconds(instant) -%}
    (unix_micros({{ instant }}) / 1e6)
{%- endmacro %}

{# Microseconds since 1970, whole. #}
{% macro epoch_microseconds(instant) -%}
    {{ return(adapter.dispatch('epoch_microseconds')(instant)) }}
{%- endmacro %}

{% macro default__epoch_microseconds(instant) -%}
    cast(extract(epoch from {{ instant }}) * 1000000 as bigint)
{%- endmacro %}

{% macro duckdb__epoch_microseconds(instant) -%}
    epoch_us({{ instant }})
{%- endmacro %}

{% macro spark__epoch_microseconds(instant) -%}
    unix_micros({{ instant }})
{%- endmacro %}

{# The instant that many microseconds after 1970. #}
{% macro instant_from_microseconds(microseconds) -%}
    {{ return(adapter.dispatch('instant_from_microseconds')(microseconds)) }}
{%- endmacro %}

{# By way of text: times a number, an interval loses microseconds after the year 2255. #}
{% macro default__instant_from_microseconds(microseconds) -%}
    (timestamp '1970-01-01 00:00:00' + cast(cast({{ microseconds }} as text) || ' microseconds' as interval))
{%- endmacro %}

{% macro duckdb__instant_from_microseconds(microseconds) -%}
    make_timestamp({{ microseconds }})
{%- endmacro %}

{% macro spark__instant_from_microseconds(microseconds) -%}
    timestamp_micros({{ microseconds }})
{%- endmacro %}

{# Elapsed seconds, with fraction; not boundaries crossed. #}
{% macro seconds_between(earlier, later) -%}
    cast({{ epoch_microseconds(later) }} - {{ epoch_microseconds(earlier) }} as {{ type_double() }}) / 1e6
{%- endmacro %}

{# The same, NULL where it is more than so many minutes. #}
{% macro seconds_within(earlier, later, minutes) -%}
    case
        when {{ later }} <= {{ dbt.dateadd('minute', minutes, earlier) }} then {{ seconds_between(earlier, later) }}
    end
{%- endmacro %}

{# The instant some hours later. #}
{% macro hours_after(instant, hours) -%}
    {{ dbt.dateadd('hour', hours, instant) }}
{%- endmacro %}

{# The instant of a wall time in an IANA zone, both expressions. #}
{% macro wall_time_to_utc(wall_time, zone) -%}
    {{ return(adapter.dispatch('wall_time_to_utc')(wall_time, zone)) }}
{%- endmacro %}

{% macro default__wall_time_to_utc(wall_time, zone) -%}
    timezone('UTC', timezone({{ zone }}, {{ wall_time }}))
{%- endmacro %}

{% macro spark__wall_time_to_utc(wall_time, zone) -%}
    to_utc_timestamp({{ wall_time }}, {{ zone }})
{%- endmacro %}

{# The wall time of an instant in an IANA zone, both expressions. #}
{% macro utc_to_wall_time(instant, zone) -%}
    {{ return(adapter.dispatch('utc_to_wall_time')(instant, zone)) }}
{%- endmacro %}

{% macro default__utc_to_wall_time(instant, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ instant }}))
{%- endmacro %}

{% macro spark__utc_to_wall_time(instant, zone) -%}
    from_utc_timestamp({{ instant }}, {{ zone }})
{%- endmacro %}

{# 1 = Monday … 7 = Sunday. #}
{% macro iso_weekday(date) -%}
    {{ return(adapter.dispatch('iso_weekday')(date)) }}
{%- endmacro %}

{% macro default__iso_weekday(date) -%}
    cast(extract(isodow from {{ date }}) as integer)
{%- endmacro %}

{% macro spark__iso_weekday(date) -%}
    (weekday({{ date }}) + 1)
{%- endmacro %}

{# The wall time that many seconds after a date's midnight. #}
{% macro wall_time_of_day(date, seconds) -%}
    {{ dbt.dateadd('second', seconds, 'cast(' ~ date ~ ' as timestamp)') }}
{%- endmacro %}
