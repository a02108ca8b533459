using Microsoft.AspNetCore.Mvc;
using PantryChain.Gateway.Attention;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The button that silences the buzzer.</summary>
internal static class AttentionForms
{
    /// <summary>Its path.</summary>
    public const string Path = "/attention/silence";

    /// <summary>Maps it.</summary>
    public static void MapAttention(this WebApplication app) => app.MapPost(Path, SilenceAsync);

    private static async Task<IResult> SilenceAsync(HttpContext http, Door door, [FromServices] AttentionPost? attention)
    {
        if (await Forms.TryReadAsync(http) is not { } form)
            return GatewayForms.BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        if (attention is null)
            return Refusal.NotFound(http);
        attention.Silence();
        return new SeeOther("/");
    }
}
