-- One claim is about points of satisfaction for a point of first contact resolution, the other about a difference.
select
    claim,
    compared,
    case when claimed_effect is null then format('{:+.1f} pp', 100 * effect) else format('{:+.2f} points', effect) end as effect,
    case
        when claimed_effect is null then format('{:+.1f} to {:+.1f} pp', 100 * ci_low, 100 * ci_high)
        else format('{:+.2f} to {:+.2f}', ci_low, ci_high)
    end as interval,
    case when claimed_effect is null then 'a drop' else format('{:+.2f} points', claimed_effect) end as claimed,
    n,
    verdict
from marts.csat_claims
order by claim_id, compared
