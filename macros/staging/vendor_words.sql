{# Joins the words of a vendor: `seed` is its list, `expression` what landed. The alias has our word, or is NULL. #}
{% macro join_vendor_words(seed, vocabulary, expression, alias) -%}
    left join {{ ref(seed) }} as {{ alias }}
        on
            {{ alias }}.vocabulary = '{{ vocabulary }}'
            and {{ plain_word(alias ~ '.landed_word') }} = {{ plain_word(expression) }}
{%- endmacro %}

{# The ids in the text of a JSON array of numbers or texts: bare, with commas between. NULL where there are none. #}
{% macro bare_list(text) -%}
    nullif(replace(replace(replace(replace({{ text }}, '[', ''), ']', ''), '"', ''), ' ', ''), '')
{%- endmacro %}

{# How many a bare list holds. #}
{% macro list_length(list) -%}
    (length({{ list }}) - length(replace({{ list }}, ',', '')) + 1)
{%- endmacro %}
