{#
    A daily run over a landing that has only grown builds what the new rows touch. int_objects_changed lists tickets,
    chats and calls, int_conversations_to_build the conversations of all customers concerned, int_customers_changed these
    customers and whoever's cost changed. A model restricted to one of the three leaves out the rest; where it is
    incremental, the rest is there already. Where more than new files came, the same models build everything.
#}

{# Whether the landing has only grown since all was built last: the loader says so, of its own build file. #}
{% macro landing_has_grown() -%}
    {%- set can_grow = target.type == 'duckdb' and model.resource_type != 'unit_test' and not flags.FULL_REFRESH -%}
    {%- if execute and can_grow and flags.WHICH in ('build', 'run') -%}
        {%- set growth = adapter.get_relation(target.database, 'raw', 'growth') -%}
        {%- if growth and run_query('select as_of from ' ~ growth).rows | length > 0 -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(false) }}
{%- endmacro %}

{# Whether a row's ticket, chat or call is to be built. #}
{% macro is_object_to_build(relation, source_type, id_column) -%}
    {%- set listed = listed_to_build('int_objects_changed') -%}
    {%- if landing_has_grown() -%}
    exists (
        select 1
        from {{ listed }} as to_build
        where
            to_build.source_type = {{ source_type }}
            and to_build.source_system = {{ relation }}.source_system
            and to_build.source_conversation_id = {{ relation }}.{{ id_column }}
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# Whether a list of what is to be built holds the row's value of a column. #}
{% macro is_listed(relation, column, list_name) -%}
    {%- set listed = listed_to_build(list_name) -%}
    {%- if landing_has_grown() -%}
    exists (
        select 1
        from {{ listed }} as to_build
        where to_build.{{ column }} = {{ relation }}.{{ column }}
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# The rows of a model whose ticket, chat or call is to be built. #}
{% macro of_changed_objects(model_name, source_type) -%}
    {%- set id_column = dict(contact_tables().values())[source_type] -%}
    {{ rows_where(model_name, is_object_to_build('all_rows', "'" ~ source_type ~ "'", id_column)) }}
{%- endmacro %}

{# The rows of a model whose value of a column is listed. #}
{% macro of_listed(model_name, column, list_name) -%}
    {{ rows_where(model_name, is_listed('all_rows', column, list_name)) }}
{%- endmacro %}

{% macro rows_where(model_name, condition) -%}
    {%- set every = ref(model_name) -%}
    {%- if landing_has_grown() -%}
    (select all_rows.* from {{ every }} as all_rows where {{ condition }}) as rows_to_build
    {%- else -%}
    {{ every }}
    {%- endif -%}
{%- endmacro %}

{# A list, by its name. A unit test has none: nothing grew. #}
{% macro listed_to_build(list_name) -%}
    {{ return(ref(list_name) if model.resource_type != 'unit_test') }}
{%- endmacro %}

{# Before an incremental model adds what it builds, the old rows of that go. #}
{% macro forget_objects(source_type, id_column) -%}
    {{ forget(is_object_to_build(this.identifier, source_type, id_column)) if is_incremental() }}
{%- endmacro %}

{% macro forget_listed(column, list_name) -%}
    {{ forget(is_listed(this.identifier, column, list_name)) if is_incremental() }}
{%- endmacro %}

{% macro forget(condition) -%}
    {%- if landing_has_grown() -%}
    delete from {{ this }} where {{ condition }}
    {%- else -%}
    truncate table {{ this }}
    {%- endif -%}
{%- endmacro %}

{# fct_conversations as the run before left it, for models that it reads itself; no row unless the landing has only grown. #}
{% macro conversations_before(columns, amounts=[]) -%}
    {%- set now = ref('int_conversations_identified') -%}
    {%- set before = adapter.get_relation(now.database, 'core', 'fct_conversations') if landing_has_grown() -%}
    select
        {{ columns | join(', ') }}
        {%- for amount in amounts %},
        {{ amount if before else 'cast(null as ' ~ type_double() ~ ') as ' ~ amount }}
        {%- endfor %}
    from {{ before or now }}
    {{ 'where false' if not before }}
{%- endmacro %}

{# Whether two values differ; two NULLs do not. #}
{% macro differ(one, other) -%}
    coalesce({{ one }} <> {{ other }}, ({{ one }} is null) <> ({{ other }} is null))
{%- endmacro %}

{# Money and agents' time are shared between conversations: where a share changed, the conversation says so. #}
{% macro restate_shares() -%}
    {%- set restated = ref('int_conversations_restated') -%}
    {%- if landing_has_grown() -%}
    update {{ this }}
    set
        cost = restated.cost,
        bot_cost = restated.bot_cost,
        allocated_handle_seconds = restated.allocated_handle_seconds
    from {{ restated }} as restated
    where restated.conversation_id = {{ this.identifier }}.conversation_id
    {%- endif -%}
{%- endmacro %}
