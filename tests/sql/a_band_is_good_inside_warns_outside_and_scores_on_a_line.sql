with

examples as (
    select
        0.40 as actual,
        'good' as status,
        100 as score
    union all
    select
        0.55 as actual,
        'good' as status,
        100 as score
    union all
    select
        0.56 as actual,
        'warn' as status,
        95 as score
    union all
    select
        0.60 as actual,
        'bad' as status,
        75 as score
    union all
    select
        0.36 as actual,
        'warn' as status,
        80 as score
    union all
    select
        0.35 as actual,
        'bad' as status,
        75 as score
    union all
    select
        0.75 as actual,
        'bad' as status,
        0 as score
    union all
    select
        0.10 as actual,
        'bad' as status,
        0 as score
)

select *
from examples
where
    {{ band_status('actual', '0.40', '0.55', '0.60') }} <> status
    or abs({{ band_score('actual', '0.40', '0.55', '0.20', '0.75') }} - score) > 0.000001
