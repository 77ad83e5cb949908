{% set target_scopes = {
    'of_channel_and_tier': {'channel': '= valued.channel', 'topic_tier': '= topics.topic_tier'},
    'of_tier': {'topic_tier': '= topics.topic_tier'},
    'of_channel': {'channel': '= valued.channel'},
    'of_responder': {'responder': '= valued.responder'},
    'of_all': {},
} -%}
with

targets as (
    select * from {{ ref('kpi_targets') }}
),

-- Of a group too small, not even the sums.
valued as (
    select
        *,
        has_source and coalesce(no_value_reason, '') <> 'small_group' as is_told,
        case
            when no_value_reason is not null then null
            when statistic = 'percentile' then numerator
            else scale * numerator / nullif(denominator, 0)
        end as kpi_value,
        case
            when no_value_reason is not null then null
            when interval_method = 'wilson' then {{ wilson_bound('numerator', 'nullif(n, 0)', -1) }}
            when interval_method = 'mean' then scale * {{ mean_bound('numerator', 'numerator_squared', 'nullif(n, 0)', -1) }}
        end as ci_low,
        case
            when no_value_reason is not null then null
            when interval_method = 'wilson' then {{ wilson_bound('numerator', 'nullif(n, 0)', 1) }}
            when interval_method = 'mean' then scale * {{ mean_bound('numerator', 'numerator_squared', 'nullif(n, 0)', 1) }}
        end as ci_high
    from {{ ref('int_kpi_slices') }}
),

-- The target that names most of the slice.
targeted as (
    select
        valued.*,
        {% for column in ['target', 'warn', 'low', 'high'] -%}
        case
            {% for scope in target_scopes -%}
            when {{ scope }}.kpi_id is not null then {{ scope }}.{{ column }}
            {% endfor -%}
        end as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from valued
    left join {{ ref('dim_topics') }} as topics on topics.topic = valued.topic
    {% for scope, matches in target_scopes.items() -%}
    left join targets as {{ scope }}
        on
            {{ scope }}.kpi_id = valued.kpi_id
            {% for column in ['channel', 'responder', 'topic_tier'] -%}
            and {{ scope }}.{{ column }} {{ matches.get(column, 'is null') }}
            {% endfor -%}
            and {{ scope }}.valid_from <= valued.period_start
            and coalesce({{ scope }}.valid_to, date '9999-12-31') >= valued.period_start
    {% endfor %}
)

select
    kpi_id,
    grain,
    period_start,
    slice,
    channel,
    topic,
    team,
    responder,
    case when is_told and statistic <> 'percentile' then numerator end as numerator,
    case when is_told then coalesce(denominator, 0) end as denominator,
    kpi_value as value,
    cast(case when is_told then n end as bigint) as n,
    cast(case when is_told then n_pending end as bigint) as n_pending,
    cast(case when is_told then n_excluded end as bigint) as n_excluded,
    ci_low,
    ci_high,
    is_small_n,
    case when is_told then n / nullif(n + n_pending, 0) end as maturity_rate,
    -- Of a band, the bound that the value is held against.
    case when direction <> 'band' then target when kpi_value < low then low else high end as target,
    case
        when kpi_value is null then 'no_value'
        when direction = 'band' and low is not null and high is not null
            then {{ band_status('kpi_value', 'low', 'high', 'warn') }}
        when target is null then 'no_target'
        when direction = 'higher' and kpi_value >= target then 'good'
        when direction = 'higher' and kpi_value >= warn then 'warn'
        when direction = 'lower' and kpi_value <= target then 'good'
        when direction = 'lower' and kpi_value <= warn then 'warn'
        when direction in ('higher', 'lower') then 'bad'
        else 'no_target'
    end as status,
    no_value_reason
from targeted
-- The finest slice lists only values; the wide marts hold the rest.
where slice = 'all' or kpi_value is not null or (slice <> 'channel+topic' and is_told and n_pending > 0)
