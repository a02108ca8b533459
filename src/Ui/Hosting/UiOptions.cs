using Microsoft.AspNetCore.Http;
using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Hosting;

/// <summary>What a host tells the pages once, at start.</summary>
public sealed class UiOptions
{
    /// <summary>Name behind "PantryChain" in the header and the window title, for example the gateway's or the cooperative's name.</summary>
    public string HostName { get; set; } = "";

    /// <summary>The same in the reader's language, where it differs; by default <see cref="HostName"/>.</summary>
    public Func<Language, string>? HostNameIn { get; set; }

    /// <summary>The household's (or the store's) time zone; all dates on pages are in it. Default Asia/Seoul.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    /// <summary>Asked for each page whether the chain is a rehearsal chain; then every page says so.</summary>
    public Func<bool> IsRehearsal { get; set; } = static () => false;

    /// <summary>Asked for each page for one sentence that concerns whatever the reader does, such as a disk that is full; null for none.</summary>
    public Func<UiContext, string?> Notice { get; set; } = static _ => null;

    /// <summary>The names that this host answers to. Default: this machine's.</summary>
    public OwnHosts Hosts { get; set; } = new([], "a name of this machine");

    /// <summary>Reverse proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed. Default none.</summary>
    public IReadOnlyList<System.Net.IPNetwork> Proxies { get; set; } = [];

    /// <summary>Told of each request that was refused before a page saw it, with a stable code.</summary>
    public Action<HttpContext, string> Refused { get; set; } = static (_, _) => { };

    /// <summary>How to log in, for a 401 (RFC 9110, section 11.6.1): one challenge for each way. Default the session cookie of a form at <c>/login</c>.</summary>
    public Func<HttpContext, string[]> Challenges { get; set; } = static _ => [FormChallenge("/login")];

    /// <summary>A login by form, which has no registered scheme: where it stands.</summary>
    public static string FormChallenge(string path) => $"Cookie realm=\"PantryChain\", form-action=\"{path}\"";

    /// <summary>A login by token in the header <c>Authorization</c> (RFC 6750).</summary>
    public static string TokenChallenge => "Bearer realm=\"PantryChain\"";

    /// <summary>The pages in the header, in order, with their texts in the reader's language. Default none.</summary>
    public Func<Words, IReadOnlyList<NavigationItem>> Navigation { get; set; } = static _ => [];
}

/// <summary>One entry of the navigation.</summary>
/// <param name="Href">Absolute path of the page, for example <c>/orders</c>.</param>
/// <param name="Text">Its name in the reader's language.</param>
public sealed record NavigationItem(string Href, string Text);
