using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Ordering;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The page on which the member lets this device go, in one press with the PIN.</summary>
internal static class DeviceForms
{
    /// <summary>Its path.</summary>
    public const string Path = "/device";

    /// <summary>Maps the page and its form.</summary>
    public static void MapDevice(this WebApplication app, RouteGroupBuilder forms)
    {
        app.MapGet(Path, IResult (HttpContext http, PantryView view, Door door, [FromServices] DeviceDesk? desk) => desk is null ? Refusal.NotFound(http)
            : new RazorComponentResult<DevicePage>(new { View = view, Form = door.FormOf(http) }));
        forms.MapPost(Path + "/revoke", RevokeAsync);
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, Door door, [FromServices] DeviceDesk? desk, [FromServices] Decider? decider, [FromServices] OrderDrain? drain)
    {
        if (desk is null)
            return Refusal.NotFound(http);
        return await door.WithKeyAsync(http, async key =>
        {
            int calls = await desk.RevokeAsync(key, CancellationToken.None); // a page that is left takes no no back
            if (calls == 0 && desk.Ending is null)
                return Refusal.Of(http, 409, "nothing_to_revoke", _ => DeviceWords.Of(http).Nothing, _ => DeviceWords.Of(http).NothingNext, Path);
            decider!.ReviewAll(); // proposals go now, not when the network answers
            drain!.Wake();
            return new SeeOther(Path);
        });
    }
}
