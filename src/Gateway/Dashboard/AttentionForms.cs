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
    public static void MapAttention(this RouteGroupBuilder forms) => forms.MapPost(Path, IResult (HttpContext http, [FromServices] AttentionPost? attention) =>
    {
        if (attention is null)
            return Refusal.NotFound(http);
        attention.Silence();
        return new SeeOther("/");
    });
}
