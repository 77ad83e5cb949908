{#- The macros of macros/engine, and those with a variant per engine, on the engine that builds this. -#}
{% set double = type_double() -%}
{% set noon = "timestamp '1970-01-02 12:00:00.25'" -%}
{% set of_one_value = {
    'seconds since 1970': epoch_seconds(noon) ~ ' = 129600.25',
    'microseconds since 1970': epoch_microseconds(noon) ~ ' = 129600250000',
    'instant from microseconds': instant_from_microseconds('129600250000') ~ ' = ' ~ noon,
    'elapsed, not boundaries crossed':
        seconds_between("timestamp '2025-03-01 23:59:59.5'", "timestamp '2025-03-02 00:00:00'") ~ ' = 0.5',
    'hours after': hours_after("timestamp '2025-02-27 12:00:00'", 48) ~ " = timestamp '2025-03-01 12:00:00'",
    'summer time': wall_time_to_utc("timestamp '2025-07-01 12:00:00'", "'Europe/Berlin'") ~ " = timestamp '2025-07-01 10:00:00'",
    'of an hour that comes twice, the second':
        wall_time_to_utc("timestamp '2025-10-26 02:30:00'", "'Europe/Berlin'") ~ " = timestamp '2025-10-26 01:30:00'",
    'an hour that is left out is an hour later':
        wall_time_to_utc("timestamp '2025-03-30 02:30:00'", "'Europe/Berlin'") ~ " = timestamp '2025-03-30 01:30:00'",
    'wall time': utc_to_wall_time("timestamp '2025-10-26 00:30:00'", "'Europe/Berlin'") ~ " = timestamp '2025-10-26 02:30:00'",
    'Sunday is the seventh day': iso_weekday("date '2025-03-02'") ~ ' = 7',
    'time of day': wall_time_of_day("date '2025-03-02'", '5400') ~ " = timestamp '2025-03-02 01:30:00'",
    'md5 of ticket||7': stable_id(["'ticket'", 'cast(null as ' ~ dbt.type_string() ~ ')', '7']) ~ " = '7ce18e107556b6a5'",
    'digits': digits_only("'+49 (30) 1-2'") ~ " = '493012'",
    'international prefix': phone_digits("'0049 30 12'") ~ " = '493012'",
    'too short for a telephone': phone_digits("'12345'") ~ ' is null',
    'blanks of Unicode': trimmed("' \u00a0a b\u3000'") ~ " = 'a b'",
    'nothing but blanks': trimmed("'  '") ~ ' is null',
    'a half goes up': to_decimals('cast(0.0000025 as ' ~ double ~ ')') ~ ' = 0.000003',
    'a double just under a half goes up': to_decimals('cast(1024.0145205 as ' ~ double ~ ')') ~ ' = 1024.014521',
    'below a half goes down': to_decimals('cast(0.0000024 as ' ~ double ~ ')') ~ ' = 0.000002',
    'whole numbers divide into fractions': rate('1', '2') ~ ' = 0.5',
    'numbers from 1 to 3': '(select sum(generated_number) from (' ~ whole_numbers(3) ~ ') as numbers) = 6',
} -%}
{% set of_rows = {
    'median': percentile('number', 0.5) ~ ' = 3',
    '90th percentile, six tenths between 4 and 10': 'abs(' ~ percentile('number', 0.9) ~ ' - 7.6) < 1e-9',
    'latest of those known, ties to the greatest': value_at_latest('word', 'said_at') ~ " = 'c'",
    'quarters of a millionth: 0 + 1 + 1 + 1 + 3': exact_sum('number * 0.25e-6') ~ ' = 0.000006',
} -%}
with

examples as (
    select
        1 as number,
        'a' as word,
        1 as said_at
    union all
    select
        2 as number,
        'c' as word,
        2 as said_at
    union all
    select
        3 as number,
        'b' as word,
        2 as said_at
    union all
    select
        4 as number,
        null as word,
        3 as said_at
    union all
    select
        10 as number,
        'z' as word,
        null as said_at
),

slices as (
    select
        'day' as grain,
        date '2025-03-01' as period_start,
        'all' as slice,
        cast(null as {{ dbt.type_string() }}) as channel,
        cast(null as {{ dbt.type_string() }}) as topic,
        cast(null as {{ dbt.type_string() }}) as team,
        cast(null as {{ dbt.type_string() }}) as responder,
        3 as solved,
        5 as asked
),

paired as (
    {{ pair_measures('slices', [['a', 'solved', 'asked', none, none, none], ['b', 'asked', 'solved', none, 'solved', none]]) }}
),

judged as (
    {% for rule, condition in of_one_value.items() -%}
    select
        '{{ rule }}' as rule,
        {{ condition }} as holds
    union all
    {% endfor -%}
    {% for rule, condition in of_rows.items() -%}
    select
        '{{ rule }}' as rule,
        {{ condition }} as holds
    from examples
    union all
    {% endfor -%}
    select
        'two KPIs of one slice' as rule,
        count(*) = 2 and sum(numerator) = 8 and sum(n_pending) = 3
        and max(case when kpi_id = 'a' then n end) = 5 as holds
    from paired
)

select rule
from judged
where not coalesce(holds, false)
