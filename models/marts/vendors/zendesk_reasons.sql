select
    reason,
    description
from {{ ref('zendesk_differences') }}
