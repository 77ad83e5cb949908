select
    source_system || ':' || schedule_id as calendar_id,
    holiday_date
from {{ ref('base_zendesk__closed_days') }}
