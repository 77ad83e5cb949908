select
    channel,
    channel_name,
    is_live
from {{ ref('channels') }}
