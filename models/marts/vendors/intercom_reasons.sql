select
    reason,
    description
from {{ ref('intercom_differences') }}
