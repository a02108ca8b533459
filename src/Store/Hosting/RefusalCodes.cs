namespace PantryChain.Store.Hosting;

/// <summary>Every code that a refusal of the store's API may bear, as the API's document lists them.</summary>
/// <remarks>A test holds the list against the source.</remarks>
internal static class RefusalCodes
{
    /// <summary>In the order of the alphabet.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "account_mismatch", "amount_too_large", "amount_wrong", "amount_zero", "bad_signature", "before_shipping", "booked_today",
        "call_unknown", "chain_slow", "chain_unreachable", "challenge_expired", "challenge_missing", "challenge_unknown",
        "challenge_used", "claim_missing", "database_unreachable", "deadline_passed", "deadline_too_far", "device_banned",
        "device_taken", "fault", "function_not_allowed", "gas_budget_spent", "gateway_alike", "gateway_taken", "handed_over_already",
        "id_reused", "invitation_expired", "invitation_spent", "invitation_unknown", "invitation_used", "join_superseded",
        "kind_unknown", "log_unknown", "malformed", "method_not_allowed", "name_reserved", "no_block", "no_credit", "no_epoch",
        "nonce_used", "not_anchored", "not_enough", "not_for_strangers", "not_found", "not_json", "not_mined", "not_offered",
        "not_our_order", "not_yet", "not_your_account", "not_your_device", "offer_unknown", "order_unknown", "other_site", "price_too_low",
        "price_zero", "rate_limited", "redemption_unknown", "reference_missing", "reference_used", "reward_share_too_high",
        "shipped_already", "strangers_budget_spent", "supply_wrong", "tag_malformed", "tag_not_bound", "tag_taken", "target_not_allowed",
        "too_early", "too_large", "too_many_challenges", "too_many_tags", "too_many_tries", "unauthorized", "would_revert",
        "wrong_host", "wrong_product", "wrong_state", "wrong_store",
    ];
}
