select
    compares,
    reason,
    description
from {{ ref('chatwoot_differences') }}
