{#
    A defect is written as text, column|rule|value, so that the check that finds it stands at one place
    and quality.rejects can tell the column, the rule and the value apart. Below, `checked` is the CTE of the landed
    rows with the defects of their values beside them.
#}

{% macro defect(column, rule) -%}
    '{{ column }}|{{ rule }}|' || coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
{%- endmacro %}

{# The same of a number; engines differ in writing the .0 of a whole one. #}
{% macro number_defect(column, rule) -%}
    '{{ column }}|{{ rule }}|' || regexp_replace(cast({{ column }} as {{ dbt.type_string() }}), '[.]0$', '')
{%- endmacro %}

{# Conditions under which a required instant cannot be placed; for use inside a case. Expects as_of in scope. #}
{% macro when_instant_unplaceable(column, planned=false) -%}
    when {{ column }} is null then {{ defect(column, 'missing') }}
    when {{ column }} < timestamp '1990-01-01 00:00:00' then {{ defect(column, 'before_1990') }}
    {%- if not planned %}
    when {{ column }} > as_of then {{ defect(column, 'after_cutoff') }}
    {%- endif %}
{%- endmacro %}

{# The defect of an optional instant, or NULL. Expects as_of in scope. #}
{% macro instant_defect(column, not_before=none, not_after=none, planned=false) -%}
    case
        when {{ column }} < timestamp '1990-01-01 00:00:00' then {{ defect(column, 'before_1990') }}
        {%- if not planned %}
        when {{ column }} > as_of then {{ defect(column, 'after_cutoff') }}
        {%- endif %}
        {%- if not_before %}
        when {{ column }} < {{ not_before }} then {{ defect(column, 'before_start') }}
        {%- endif %}
        {%- if not_after %}
        when {{ column }} > {{ not_after }} then {{ defect(column, 'after_end') }}
        {%- endif %}
    end
{%- endmacro %}

{# The defect of a number outside [low, high], or NULL. #}
{% macro range_defect(column, low, high=none) -%}
    case
        when {{ column }} < {{ low }}{% if high is not none %} or {{ column }} > {{ high }}{% endif %}
            then {{ number_defect(column, 'out_of_range') }}
    end
{%- endmacro %}

{# The most seconds that a stretch of work can last: those of what it is a part of, where they are known, and the limit. #}
{% macro work_limit(whole='null') -%}
    least({{ whole }}, {{ 3600 * var('work_limit_hours') }})
{%- endmacro %}

{# A column whose <column>_defect was worked out before: NULL where it is broken. #}
{% macro sound(column, as_column=none) -%}
    case when checked.{{ column }}_defect is null then checked.{{ column }} end as {{ as_column or column }}
{%- endmacro %}

{# All value defects of a row in one text, NULL where there are none; `more` are such texts that are no column's own. #}
{% macro value_defects(columns, more=[]) -%}
    nullif(concat_ws(
        ';'
        {%- for column in columns %}, checked.{{ column }}_defect{% endfor -%}
        {%- for defect in more %}, {{ defect }}{% endfor -%}
    ), '') as value_defects
{%- endmacro %}

{# An agent whom the roster has as a bot: the roster holds. Needs join_roster_bots. #}
{% macro roster_defect(column) -%}
    case when bots.agent_id is not null then '{{ column }}|bot_on_the_roster|' end
{%- endmacro %}

{# The bots of the roster that a column names as agents; alias bots. #}
{% macro join_roster_bots(column) -%}
    left join (
        select distinct
            source_system,
            agent_id
        from {{ ref('int_agents_judged') }}
        where row_defect is null and is_bot
    ) as bots
        on
            bots.source_system = checked.source_system
            and bots.agent_id = checked.{{ column }}
{%- endmacro %}

{# Words are compared in lower case, with one blank for underscores and hyphens. The loader does the same. #}
{% macro plain_word(word) -%}
    lower(replace(replace(replace(replace(replace({{ word }}, '_', ' '), '-', ' '), '   ', ' '), '  ', ' '), '’', ''''))
{%- endmacro %}

{# A word of the source in our words: NULL stays NULL, an unknown one becomes other, which means not known. #}
{% macro our_word(column, as_column=none) -%}
    {{ landed_word(column) }} as {{ as_column or column }}
{%- endmacro %}

{# The same without a name. #}
{% macro landed_word(column) -%}
    case when checked.{{ column }} is not null then coalesce({{ column }}_words.word, 'other') end
{%- endmacro %}

{# The join that our_word reads. #}
{% macro join_words(column, vocabulary) -%}
    left join {{ ref('word_map') }} as {{ column }}_words
        on
            {{ column }}_words.vocabulary = '{{ vocabulary }}'
            and {{ plain_word(column ~ '_words.landed_word') }} = {{ plain_word('checked.' ~ column) }}
{%- endmacro %}

{# All unknown words of a row in one text, NULL where there are none. #}
{% macro word_defects(columns) -%}
    nullif(concat_ws(
        ';'
        {%- for column in columns %},
        case
            when checked.{{ column }} is not null and {{ column }}_words.word is null
                then '{{ column }}|unknown_word|' || replace(replace(checked.{{ column }}, ';', ','), '|', '/')
            when {{ column }}_words.word = 'unstated'
                then '{{ column }}|word_that_says_nothing|' || replace(replace(checked.{{ column }}, ';', ','), '|', '/')
        end
        {%- endfor %}
    ), '') as word_defects
{%- endmacro %}
