{#- The macros of macros/engine, and those with a variant per engine, on the engine that builds this. -#}
{% set double = type_double() -%}
{% set noon = "timestamp '1970-01-02 12:00:00.25'" -%}
{% set last_instant = "timestamp '9999-12-31 23:59:59.999999'" -%}
{% set before_1970 = "timestamp '1969-12-31 23:59:59.75'" -%}
{% set no_instant = 'cast(null as timestamp)' -%}
{% set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{% set berlin = "'Europe/Berlin'" -%}
{% set json -%} '{"a": {"b": "x"}}' {%- endset -%}
{% set json_in_a_text -%} '"{\"a\": 7}"' {%- endset -%}
{% set of_one_value = {
    'a text in an object in an object': json_text(json, ['a', 'b']) ~ " = 'x'",
    'nothing stands there': json_text(json, ['a', 'e']) ~ ' is null',
    'an object that was stored as a text': json_text(json_in_a_text, ['a']) ~ " = '7'",
    'an array has its elements': '(select count(*) from ' ~ json_elements("'[1, 2]'") ~ ' as elements (element)) = 2',
    'SHA-256 of ka':
        keyed_hash("'k'", "'a'") ~ " = '3ebb1c99b12b77463e97c3a0f206e4fd46176cd1b8e183816a67338c04b25e5b'",
    'seconds since 1970': epoch_seconds(noon) ~ ' = 129600.25',
    'seconds before 1970': epoch_seconds(before_1970) ~ ' = -0.25',
    'seconds of no instant': epoch_seconds(no_instant) ~ ' is null',
    'microseconds since 1970': epoch_microseconds(noon) ~ ' = 129600250000',
    'microseconds before 1970': epoch_microseconds(before_1970) ~ ' = -250000',
    'microseconds to the end of time': epoch_microseconds(last_instant) ~ ' = 253402300799999999',
    'microseconds of no instant': epoch_microseconds(no_instant) ~ ' is null',
    'instant from microseconds': instant_from_microseconds('129600250000') ~ ' = ' ~ noon,
    'instant before 1970': instant_from_microseconds('-250000') ~ ' = ' ~ before_1970,
    'the last instant': instant_from_microseconds('253402300799999999') ~ ' = ' ~ last_instant,
    'instant of no number': instant_from_microseconds('cast(null as bigint)') ~ ' is null',
    'elapsed, not boundaries crossed':
        seconds_between("timestamp '2025-03-01 23:59:59.5'", "timestamp '2025-03-02 00:00:00'") ~ ' = 0.5',
    'hours after': hours_after("timestamp '2025-02-27 12:00:00'", 48) ~ " = timestamp '2025-03-01 12:00:00'",
    'summer time': wall_time_to_utc("timestamp '2025-07-01 12:00:00'", berlin) ~ " = timestamp '2025-07-01 10:00:00'",
    'of an hour that comes twice, the second':
        wall_time_to_utc("timestamp '2025-10-26 02:30:00'", berlin) ~ " = timestamp '2025-10-26 01:30:00'",
    'an hour that is left out is an hour later':
        wall_time_to_utc("timestamp '2025-03-30 02:30:00'", berlin) ~ " = timestamp '2025-03-30 01:30:00'",
    'summer in the south, half an hour ahead of winter':
        wall_time_to_utc("timestamp '2025-01-01 12:00:00'", "'Australia/Lord_Howe'") ~ " = timestamp '2025-01-01 01:00:00'",
    'instant of no wall time': wall_time_to_utc(no_instant, berlin) ~ ' is null',
    'wall time': utc_to_wall_time("timestamp '2025-10-26 00:30:00'", berlin) ~ " = timestamp '2025-10-26 02:30:00'",
    'the second before summer':
        utc_to_wall_time("timestamp '2025-03-30 00:59:59'", berlin) ~ " = timestamp '2025-03-30 01:59:59'",
    'the first of summer':
        utc_to_wall_time("timestamp '2025-03-30 01:00:00'", berlin) ~ " = timestamp '2025-03-30 03:00:00'",
    'still last year, three hours and a half behind':
        utc_to_wall_time("timestamp '2025-01-01 03:29:59'", "'America/St_Johns'") ~ " = timestamp '2024-12-31 23:59:59'",
    'wall time of no instant': utc_to_wall_time(no_instant, berlin) ~ ' is null',
    'wall time in no zone': utc_to_wall_time(noon, no_text) ~ ' is null',
    'Monday is the first day': iso_weekday("date '2025-03-03'") ~ ' = 1',
    'Sunday is the seventh day': iso_weekday("date '2025-03-02'") ~ ' = 7',
    'a Wednesday before 1970': iso_weekday("date '1969-12-31'") ~ ' = 3',
    'weekday of no date': iso_weekday('cast(null as date)') ~ ' is null',
    'time of day': wall_time_of_day("date '2025-03-02'", '5400') ~ " = timestamp '2025-03-02 01:30:00'",
    'md5 of ticket||7': stable_id(["'ticket'", no_text, '7']) ~ " = '7ce18e107556b6a5'",
    'digits': digits_only("'+49 (30) 1-2'") ~ " = '493012'",
    'digits of other scripts are none': digits_only("'\uff11\u06627'") ~ " = '7'",
    'no digits': digits_only("'ext.'") ~ " = ''",
    'digits of no text': digits_only(no_text) ~ ' is null',
    'international prefix': phone_digits("'0049 30 12'") ~ " = '493012'",
    'a trunk zero in brackets': phone_digits("'+49 (0)30 12'") ~ " = '493012'",
    'a number that became a float': phone_digits("'49301234.0'") ~ " = '49301234'",
    'too short for a telephone': phone_digits("'12345'") ~ ' is null',
    'blanks of Unicode': trimmed("' \u00a0a b\u3000'") ~ " = 'a b'",
    'a tab is no blank': 'length(' ~ trimmed("' \t '") ~ ') = 1',
    'nothing but blanks': trimmed("'  '") ~ ' is null',
    'no text': trimmed(no_text) ~ ' is null',
    'eight bytes hold what four round off': 'cast(16777217 as ' ~ double ~ ') - 16777216 = 1',
    'a half goes up': to_decimals('cast(0.0000025 as ' ~ double ~ ')') ~ ' = 0.000003',
    'a double just under a half goes up': to_decimals('cast(1024.0145205 as ' ~ double ~ ')') ~ ' = 1024.014521',
    'below a half goes down': to_decimals('cast(0.0000024 as ' ~ double ~ ')') ~ ' = 0.000002',
    'a half below zero goes up too': to_decimals('cast(-0.0000025 as ' ~ double ~ ')') ~ ' = -0.000002',
    'whole numbers divide into fractions': rate('1', '2') ~ ' = 0.5',
    'numbers from 1 to 3': '(select sum(generated_number) from (' ~ whole_numbers(3) ~ ') as numbers) = 6',
} -%}
{% set ten_is_infinite = "case when number = 10 then cast('infinity' as " ~ double ~ ") else number end" -%}
{% set of_rows = {
    'median': percentile('number', 0.5) ~ ' = 3',
    '90th percentile, six tenths between 4 and 10': 'abs(' ~ percentile('number', 0.9) ~ ' - 7.6) < 1e-9',
    'below zero, six tenths between -2 and -1': 'abs(' ~ percentile('-number', 0.9) ~ ' + 1.4) < 1e-9',
    'of 2, 3, 4 and 10, an unknown one left out':
        percentile('case when number > 1 then number end', 0.5) ~ ' = 3.5',
    'of decimals, between 0.4 and 1.0': 'abs(' ~ percentile('cast(number / 10.0 as decimal(3, 1))', 0.9) ~ ' - 0.76) < 1e-9',
    'on the last before infinity': percentile(ten_is_infinite, 0.75) ~ ' = 4',
    'between 4 and infinity': percentile(ten_is_infinite, 0.9) ~ " = cast('infinity' as " ~ double ~ ')',
    'latest of those known, ties to the greatest': value_at_latest('word', 'said_at') ~ " = 'c'",
    'latest below zero': value_at_latest('word', '-said_at') ~ " = 'a'",
    'nothing is later than infinity':
        value_at_latest('word', "case when number = 1 then cast('infinity' as " ~ double ~ ') else said_at end') ~ " = 'a'",
    'latest flag, true of a tie': value_at_latest('case when word is not null then number = 2 end', 'said_at'),
    'no value is known': value_at_latest('case when number < 0 then word end', 'said_at') ~ ' is null',
    'no time is known': value_at_latest('word', 'case when number < 0 then said_at end') ~ ' is null',
    'quarters of a millionth: 0 + 1 + 1 + 1 + 3': exact_sum('number * 0.25e-6') ~ ' = 0.000006',
} -%}
{% set of_no_rows = {
    'median of nothing': percentile('number', 0.5) ~ ' is null',
    'latest of nothing': value_at_latest('word', 'said_at') ~ ' is null',
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
        'b' as word,
        2 as said_at
    union all
    select
        3 as number,
        'c' as word,
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

halves_and_tenths as (
    select
        {{ quantile('number', 'median') }} as number_median,
        {{ quantile('number', 'p90') }} as number_p90,
        {{ quantile('unknown', 'median') }} as unknown_median,
        {{ quantile('unknown', 'p90') }} as unknown_p90
    from (
        select
            number,
            case when number < 0 then number end as unknown
        from examples
    ) as numbers
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
        cast(null as {{ dbt.type_string() }}) as bot,
        -3 as won,
        5 as asked,
        cast(null as integer) as unknown
),

paired as (
    {{ pair_measures('slices', [
        {'kpi_id': 'a', 'numerator': 'won', 'n': 'asked'},
        {'kpi_id': 'b', 'numerator': 'asked', 'denominator': 'won', 'n': 'won', 'n_pending': 'won'},
        {'kpi_id': 'c', 'numerator': 'unknown', 'n': 'asked', 'n_excluded': 'won'},
    ]) }}
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
    {% for rule, condition in of_no_rows.items() -%}
    select
        '{{ rule }}' as rule,
        {{ condition }} as holds
    from examples
    where number < 0
    union all
    {% endfor -%}
    select
        'median and 90th percentile at once' as rule,
        number_median = 3 and abs(number_p90 - 7.6) < 1e-9
        and unknown_median is null and unknown_p90 is null as holds
    from halves_and_tenths
    union all
    select
        'three KPIs of one slice, one of them unknown' as rule,
        count(*) = 3 and count(numerator) = 2 and sum(numerator) = 2 and sum(n) = 7 and sum(denominator) = -3
        and count(numerator_squared) = 0
        and sum(n_pending) = -3 and sum(n_excluded) = -3 and max(case when kpi_id = 'a' then n end) = 5
        and max(slice) = 'all' and max(channel) is null as holds
    from paired
)

select rule
from judged
where not coalesce(holds, false)
