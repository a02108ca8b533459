using Microsoft.AspNetCore.Http.HttpResults;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Member;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The page on which the member chooses another PIN or phrase.</summary>
internal static class PinForms
{
    /// <summary>Its path.</summary>
    public const string Path = "/pin";

    /// <summary>Maps the page and its form.</summary>
    public static void MapPin(this WebApplication app, RouteGroupBuilder forms)
    {
        app.MapGet(Path, IResult (HttpContext http, PantryView view, Door door) => Page(http, view, door, null, StatusCodes.Status200OK));
        forms.MapPost(Path, ChangeAsync);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, PantryView view, Door door)
    {
        IFormCollection form = http.Request.Form;
        PinWords words = PinWords.Of(http);
        string wished = form["new"].ToString();
        if (Pin.Choose(wished, out Pin chosen) is var fault && fault != PinFault.None)
            return Wrong(http, view, door, words.Fault(fault));
        if (form["again"].ToString().Trim() != wished.Trim())
            return Wrong(http, view, door, words.NotTheSame);
        return await door.WithKeyAsync(http, async key =>
        {
            try
            {
                await door.ChangePinAsync(http, key, chosen);
            }
            catch (UserError)
            {
                return Refusal.Of(http, 507, "not_kept", _ => words.NotKept, _ => words.NotKeptHint, Path);
            }
            return new SeeOther("/");
        });
    }

    private static RazorComponentResult<PinPage> Wrong(HttpContext http, PantryView view, Door door, string error)
    {
        http.RequestServices.GetRequiredService<Telemetry.Wire.Refusals>().Refuse($"POST {Path}", "bad_pin");
        return Page(http, view, door, error, StatusCodes.Status400BadRequest);
    }

    private static RazorComponentResult<PinPage> Page(HttpContext http, PantryView view, Door door, string? error, int status) => new(new
    {
        View = view, Form = door.FormOf(http), Error = error, IsWeak = door.HasWeakPin(http),
    }) { StatusCode = status };
}
