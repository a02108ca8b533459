using Microsoft.AspNetCore.Mvc;
using PantryChain.Gateway.Ordering;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What the member does with rewards; nothing of it happens unasked.</summary>
internal static class TokenForms
{
    /// <summary><c>POST /tokens/claim</c>.</summary>
    public static void MapTokens(this RouteGroupBuilder forms) => forms.MapPost("/tokens/claim", ClaimAsync);

    private static async Task<IResult> ClaimAsync(
        HttpContext http, [FromServices] RewardClaimer? claimer, [FromServices] Circumstances? circumstances, [FromServices] OrderDrain? drain)
    {
        if (claimer is null)
            return Refusal.NotFound(http);
        switch (await claimer.ClaimAsync(circumstances!.Standing, http.RequestAborted))
        {
            case ClaimOutcome.NothingMatured:
                return Refusal.Of(http, 409, "nothing_to_claim", words => words.Tokens.NothingToClaim, words => words.Tokens.NothingToClaimHint);
            case ClaimOutcome.TierNeedsIt:
                return Refusal.Of(http, 409, "tier_needs_it", words => words.Tokens.TierNeedsIt, words => words.Tokens.TierNeedsItHint);
            default:
                drain!.Wake();
                return new SeeOther("/");
        }
    }
}
