with

contacts as (
    select
        kpi_date,
        channel,
        topic,
        responder,
        sum(conversation_count) as conversation_count,
        sum(countable_count) as countable_count,
        sum(identified_count) as identified_count
    from {{ ref('kpi_contacts') }}
    group by kpi_date, channel, topic, responder
),

anchors as (
    select
        kpi_date,
        channel,
        topic,
        responder,
        sum(issue_anchors_24h) as issue_count_24h,
        sum(issue_resolved_24h) as issue_resolved_count_24h,
        sum(issue_pending_24h) as issue_pending_count_24h,
        sum(contact_anchors_24h) as contact_count_24h,
        sum(contact_resolved_24h) as contact_resolved_count_24h,
        sum(contact_repeated_24h) as contact_repeated_count_24h,
        sum(contact_pending_24h) as contact_pending_count_24h,
        sum(contact_excluded_24h) as contact_excluded_count_24h,
        sum(issue_anchors_48h) as issue_count_48h,
        sum(issue_resolved_48h) as issue_resolved_count_48h,
        sum(issue_pending_48h) as issue_pending_count_48h,
        sum(contact_anchors_48h) as contact_count_48h,
        sum(contact_resolved_48h) as contact_resolved_count_48h,
        sum(contact_repeated_48h) as contact_repeated_count_48h,
        sum(contact_pending_48h) as contact_pending_count_48h,
        sum(contact_excluded_48h) as contact_excluded_count_48h,
        sum(issue_anchors_7d) as issue_count_7d,
        sum(issue_resolved_7d) as issue_resolved_count_7d,
        sum(issue_pending_7d) as issue_pending_count_7d,
        sum(contact_anchors_7d) as contact_count_7d,
        sum(contact_resolved_7d) as contact_resolved_count_7d,
        sum(contact_repeated_7d) as contact_repeated_count_7d,
        sum(contact_pending_7d) as contact_pending_count_7d,
        sum(contact_excluded_7d) as contact_excluded_count_7d
    from {{ ref('kpi_fcr') }}
    group by kpi_date, channel, topic, responder
)

select
    contacts.kpi_date as conversation_date,
    contacts.channel,
    contacts.topic,
    contacts.responder,
    contacts.conversation_count,
    contacts.countable_count,
    contacts.identified_count,
    anchors.issue_count_24h,
    anchors.issue_resolved_count_24h,
    anchors.issue_pending_count_24h,
    anchors.contact_count_24h,
    anchors.contact_resolved_count_24h,
    anchors.contact_repeated_count_24h,
    anchors.contact_pending_count_24h,
    anchors.contact_excluded_count_24h,
    {{ rate('anchors.issue_resolved_count_24h', 'anchors.issue_count_24h') }} as fcr_issue_rate_24h,
    {{ rate('anchors.contact_resolved_count_24h', 'anchors.contact_count_24h') }} as fcr_contact_rate_24h,
    {{ rate('anchors.contact_repeated_count_24h', 'anchors.contact_count_24h') }} as repeat_contact_rate_24h,
    anchors.issue_count_48h,
    anchors.issue_resolved_count_48h,
    anchors.issue_pending_count_48h,
    anchors.contact_count_48h,
    anchors.contact_resolved_count_48h,
    anchors.contact_repeated_count_48h,
    anchors.contact_pending_count_48h,
    anchors.contact_excluded_count_48h,
    {{ rate('anchors.issue_resolved_count_48h', 'anchors.issue_count_48h') }} as fcr_issue_rate_48h,
    {{ rate('anchors.contact_resolved_count_48h', 'anchors.contact_count_48h') }} as fcr_contact_rate_48h,
    {{ rate('anchors.contact_repeated_count_48h', 'anchors.contact_count_48h') }} as repeat_contact_rate_48h,
    anchors.issue_count_7d,
    anchors.issue_resolved_count_7d,
    anchors.issue_pending_count_7d,
    anchors.contact_count_7d,
    anchors.contact_resolved_count_7d,
    anchors.contact_repeated_count_7d,
    anchors.contact_pending_count_7d,
    anchors.contact_excluded_count_7d,
    {{ rate('anchors.issue_resolved_count_7d', 'anchors.issue_count_7d') }} as fcr_issue_rate_7d,
    {{ rate('anchors.contact_resolved_count_7d', 'anchors.contact_count_7d') }} as fcr_contact_rate_7d,
    {{ rate('anchors.contact_repeated_count_7d', 'anchors.contact_count_7d') }} as repeat_contact_rate_7d
from contacts
inner join anchors
    on
        anchors.kpi_date = contacts.kpi_date
        and anchors.channel = contacts.channel
        and anchors.topic = contacts.topic
        and anchors.responder = contacts.responder
