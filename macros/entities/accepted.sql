{# The accepted rows of a model of judged rows; to be given a name. #}
{% macro accepted(judged) -%}
    (select * from {{ judged }} where row_defect is null)
{%- endmacro %}
