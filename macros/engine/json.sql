{# Engine differences in reading JSON and in hashing with a key. #}

{#
    The text at a path of a JSON value, an object as its JSON; NULL where nothing stands. A tool may have stored a JSON text once more
    encoded, as a JSON string.
#}
{% macro json_text(value, path) -%}
    {{ return(adapter.dispatch('json_text')(value, path)) }}
{%- endmacro %}

{% macro default__json_text(value, path) -%}
    json_extract_string(
        case
            when json_type({{ value }}) = 'VARCHAR' then json_extract_string({{ value }}, '$') else cast({{ value }} as varchar)
        end,
        '$."{{ path | join('"."') }}"'
    )
{%- endmacro %}

{% macro postgres__json_text(value, path) -%}
    jsonb_extract_path_text(
        case
            when jsonb_typeof(cast({{ value }} as jsonb)) = 'string' and left(cast({{ value }} as jsonb) #>> '{}', 1) = '{'
                then cast(cast({{ value }} as jsonb) #>> '{}' as jsonb)
            else cast({{ value }} as jsonb)
        end, '{{ path | join("', '") }}'
    )
{%- endmacro %}

{% macro spark__json_text(value, path) -%}
    get_json_object({{ value }}, '$.{{ path | join(".") }}')
{%- endmacro %}

{# The elements of a JSON array, as rows of one column; to be given a name and its column one. #}
{% macro json_elements(value) -%}
    {{ return(adapter.dispatch('json_elements')(value)) }}
{%- endmacro %}

{% macro default__json_elements(value) -%}
    unnest(from_json({{ value }}, '["JSON"]'))
{%- endmacro %}

{% macro postgres__json_elements(value) -%}
    jsonb_array_elements(cast({{ value }} as jsonb))
{%- endmacro %}

{% macro spark__json_elements(value) -%}
    lateral (select explode(from_json({{ value }}, 'array<string>')))
{%- endmacro %}

{# A text hashed with a key, both SQL; hexadecimal. #}
{% macro keyed_hash(key, value) -%}
    {{ return(adapter.dispatch('keyed_hash')(key, value)) }}
{%- endmacro %}

{% macro default__keyed_hash(key, value) -%}
    sha256({{ key }} || {{ value }})
{%- endmacro %}

{% macro postgres__keyed_hash(key, value) -%}
    encode(sha256(convert_to({{ key }} || {{ value }}, 'UTF8')), 'hex')
{%- endmacro %}

{% macro spark__keyed_hash(key, value) -%}
    sha2({{ key }} || {{ value }}, 256)
{%- endmacro %}

{#
    The key of pseudonyms, as SQL. It is never written into SQL where the engine can hold it: in PostgreSQL it is the setting
    service_kpis.hash_key, e.g. PGOPTIONS='-c service_kpis.hash_key=...' in the environment.
#}
{% macro hash_key() -%}
    {{ return(adapter.dispatch('hash_key')()) }}
{%- endmacro %}

{% macro default__hash_key() -%}
    '{{ env_var('SERVICE_KPIS_HASH_KEY') }}'
{%- endmacro %}

{% macro postgres__hash_key() -%}
    current_setting('service_kpis.hash_key')
{%- endmacro %}
