{# So many openings of a schedule in one day in UTC have columns of their own. #}
{% macro openings_a_day() -%}
    {{ return(8) }}
{%- endmacro %}

{# The day in UTC of an instant, counted from 1970. #}
{% macro epoch_day_of(instant) -%}
    cast(floor({{ epoch_seconds(instant) }} / 86400) as bigint)
{%- endmacro %}

{# Open seconds of a schedule from its beginning to an instant, whose day is joined under the alias `day`. #}
{% macro open_seconds_by(instant, day) -%}
    ({{ day }}.open_seconds_before
        {%- for rank in range(1, openings_a_day() + 1) %}
        + coalesce(greatest(least({{ epoch_seconds(instant) }}, {{ day }}.closes_{{ rank }}) - {{ day }}.opens_{{ rank }}, 0), 0)
        {%- endfor %})
{%- endmacro %}

{#
    Weekly hours written as a Ruby hash or as JSON, escaped for HTML once or twice, without the marks of either spelling:
    {mon:{09:00:12:00,13:00:17:00},tue:{…}}.
#}
{% macro plain_weekly_hours(text) -%}
    {%- set ns = namespace(sql=text) -%}
    {%- for mark, plain in [
        ('&amp;', '&'), ('&amp;', '&'), ('&quot;', ''), ('&gt;', '>'), ('=>', ':'), ('"', ''), (' ', ''), ('{:', '{'), (',:', ','),
    ] -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '" ~ mark ~ "', '" ~ plain ~ "')" -%}
    {%- endfor -%}
    {{ ns.sql }}
{%- endmacro %}
