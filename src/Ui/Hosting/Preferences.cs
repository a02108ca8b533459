using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Hosting;

/// <summary>The reader's language and colours: two cookies that hold nothing else.</summary>
internal static class Preferences
{
    public const string Path = "/preferences";

    private const string LanguageCookie = "language";
    private const string ThemeCookie = "theme";

    public static Task Read(HttpContext http, RequestDelegate next)
    {
        HttpRequest request = http.Request;
        Language language = Languages.FromTag(request.Cookies[LanguageCookie]) ?? Languages.FromHeader(request.Headers.AcceptLanguage);
        http.RequestServices.GetRequiredService<UiContext>().Use(language, ReadTheme(request.Cookies[ThemeCookie]), request.Path + request.QueryString);
        http.Response.Headers.ContentLanguage = language.Tag();
        http.Response.Headers.Vary = "Accept-Language, Cookie";
        return next(http);
    }

    /// <summary>Takes <c>language</c>, <c>theme</c> or both and goes back to the page it came from.</summary>
    public static async Task<IResult> Write(HttpRequest request, HttpResponse response)
    {
        if (await Forms.TryReadAsync(request.HttpContext) is not { } form)
        {
            request.HttpContext.RequestServices.GetRequiredService<UiOptions>().Refused(request.HttpContext, "no_form");
            return Results.Text("This is no form that can be read. Open the page and choose there.\n읽을 수 있는 양식이 아닙니다. 화면에서 고르세요.\n", statusCode: StatusCodes.Status400BadRequest);
        }
        CookieOptions year = new() { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365), IsEssential = true, Path = "/" };
        if (Languages.FromTag(form["language"]) is { } language)
            response.Cookies.Append(LanguageCookie, language.Tag(), year);
        if (form.ContainsKey("theme"))
            response.Cookies.Append(ThemeCookie, Tag(ReadTheme(form["theme"])), year);
        string back = form["back"].ToString();
        return Results.LocalRedirect(IsLocal(back) ? back : "/");
    }

    public static string Tag(Theme theme) => theme switch { Theme.Light => "light", Theme.Dark => "dark", _ => "auto" };

    private static Theme ReadTheme(string? tag) => tag switch { "light" => Theme.Light, "dark" => Theme.Dark, _ => Theme.Auto };

    /// <summary>A path on this host: one slash, no second one or backslash behind it that a browser would read as another host, no control characters.</summary>
    private static bool IsLocal(string path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl);
}
