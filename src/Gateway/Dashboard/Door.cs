using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Member;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Telemetry.Wire;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What a logged-in member's request may do: forms of that login only, the PIN again where money moves.</summary>
internal sealed class Door(DataFolder folder, Sessions sessions, LoginThrottle throttle, IAntiforgery forms) : IDisposable
{
    private readonly SemaphoreSlim _unlocking = new(1, 1); // each takes 64 MiB, and a Raspberry Pi may have 1 GB

    /// <summary>The request's live session, or null.</summary>
    public static string? SessionOf(HttpContext http) => http.User.SessionOf();

    /// <summary>What each form on a member's page carries, so that another site's form is told apart from ours; null for who is not logged in.</summary>
    public string? FormOf(HttpContext http) => SessionOf(http) is null ? null : forms.GetAndStoreTokens(http).RequestToken;

    /// <summary>Lets only a member's own forms through; to be asked after the login.</summary>
    public async ValueTask<object?> RefuseOthers(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        HttpContext http = call.HttpContext;
        if (await Forms.TryReadAsync(http) is null)
            return GatewayForms.BadForm(http);
        return await forms.IsRequestValidAsync(http) ? await next(call) : Refusal.Of(http, 403, "wrong_form", words => words.FormRefused, words => words.FormRefusedHint);
    }

    /// <summary>True for a session whose PIN should be replaced.</summary>
    public bool HasWeakPin(HttpContext http) => SessionOf(http) is { } session && sessions.HasWeakPin(session);

    /// <summary>Unlocks the member's key with a form's <c>pin</c>; wrong guesses from one address, and from all together, wait ever longer.</summary>
    /// <returns>The key, which the caller disposes, or the refusal.</returns>
    private async Task<(P256Key? Key, IResult? Refusal)> UnlockAsync(HttpContext http, string? digits)
    {
        string? session = SessionOf(http);
        if (throttle.Take(http.Connection.RemoteIpAddress, session) is { Ticks: > 0 } wait) // counted before it is judged, so that guesses sent at the same time all count
        {
            int seconds = (int)Math.Ceiling(wait.TotalSeconds);
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return (null, Refusal.Of(http, 429, "too_many_guesses", words => words.TooManyGuesses, words => words.WaitSeconds(seconds)));
        }
        P256Key? key = Pin.TryParse(digits, out Pin pin) ? await UnlockAsync(pin, http.RequestAborted) : null;
        if (key is null)
            return (null, Refusal.Of(http, 403, "wrong_pin", words => words.WrongPin, words => words.WrongPinHint));
        throttle.Success(http.Connection.RemoteIpAddress, session);
        return (key, null);
    }

    /// <summary>Does what needs the member's key: unlocked with the form's <c>pin</c> and gone again afterwards.</summary>
    public async Task<IResult> WithKeyAsync(HttpContext http, Func<P256Key, Task<IResult>> act)
    {
        (P256Key? key, IResult? refusal) = await UnlockAsync(http, http.Request.Form["pin"]);
        using (key)
            return key is null ? refusal! : await act(key);
    }

    /// <summary>Starts a session and gives the browser its cookie.</summary>
    /// <param name="http">The request.</param>
    /// <param name="pin">The PIN that opened it.</param>
    public Task LogInAsync(HttpContext http, Pin pin) => http.LogInAsync(sessions.Start(pin.Fault != PinFault.None));

    /// <summary>Puts another PIN in the place of the one that unlocked <paramref name="key"/>, and ends all other sessions.</summary>
    /// <exception cref="UserError">The disk refused; the old PIN still holds.</exception>
    public async Task ChangePinAsync(HttpContext http, P256Key key, Pin pin)
    {
        await _unlocking.WaitAsync(http.RequestAborted);
        try
        {
            await Task.Run(() => Keys.ChangePin(folder, key, pin));
        }
        finally
        {
            _unlocking.Release();
        }
        sessions.EndOthers(SessionOf(http)!);
    }

    /// <inheritdoc />
    public void Dispose() => _unlocking.Dispose();

    private async Task<P256Key?> UnlockAsync(Pin pin, CancellationToken stop)
    {
        await _unlocking.WaitAsync(stop);
        try
        {
            return await Task.Run(() => Keys.TryUnlockMember(folder, pin), stop);
        }
        finally
        {
            _unlocking.Release();
        }
    }
}

/// <summary>A refusal as a page that says why and what to do, or as <c>application/problem+json</c> for scripts.</summary>
internal static class Refusal
{
    /// <summary>A refusal with the texts in the reader's language; scripts get English and the stable code.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">The answer's.</param>
    /// <param name="code">The stable code.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="next">What to do.</param>
    /// <param name="back">Where to go from there; by default the page that the form stands on.</param>
    public static IResult Of(HttpContext http, int status, string code, Func<GatewayWords, string> what, Func<GatewayWords, string> next, string? back = null)
    {
        if (status != 401)
            http.RequestServices.GetRequiredService<Refusals>().Refuse(Routes.NameOf(http), code);
        if (http.Request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            GatewayWords english = new(Ui.Texts.Language.English);
            return ApiProblem.Of(status, code, what(english), next(english));
        }
        GatewayWords words = GatewayWords.Of(http);
        return new RazorComponentResult<RefusalPage>(new { Title = what(words), NextStep = next(words), Back = back ?? PageOf(http) }) { StatusCode = status };
    }

    private static string PageOf(HttpContext http) =>
        Uri.TryCreate(http.Request.Headers.Referer, UriKind.Absolute, out Uri? page) && page.Authority == http.Request.Host.Value && SeeOther.IsOwnPath(page.PathAndQuery) ? page.PathAndQuery : "/";

    /// <summary>The refusal of a request that threw: the server's own words for one that cannot be read, that disk or chain refuse, or that the gateway failed, which its log says at a pace.</summary>
    public static IResult OfFault(HttpContext http, Exception error)
    {
        if (error is BadHttpRequestException unread)
            return Of(http, unread.StatusCode, $"http_{unread.StatusCode}", words => words.NoForm, words => words.BadValueHint);
        if (IsOfTheDisk(error))
            return Of(http, StatusCodes.Status507InsufficientStorage, "disk_refuses", words => words.DiskRefuses, words => words.DiskRefusesHint);
        if (error is EvmException)
            return Of(http, StatusCodes.Status503ServiceUnavailable, "chain_unreachable", words => words.ChainUnreachable, words => words.TryLater);
        http.RequestServices.GetRequiredService<FaultLog>().Tell(http, error);
        return Of(http, StatusCodes.Status500InternalServerError, "fault", words => words.Fault, words => words.FaultHint);
    }

    private static bool IsOfTheDisk(Exception error) =>
        error is SqliteException { SqliteErrorCode: Full or ReadOnly or Io or CannotOpen } || (error is IOException { HResult: NoSpace }) || (error.InnerException is { } inner && IsOfTheDisk(inner));

    private const int Full = 13, ReadOnly = 8, Io = 10, CannotOpen = 14; // https://www.sqlite.org/rescode.html
    private const int NoSpace = 28;                                      // ENOSPC of Linux, which .NET keeps as the HResult

    /// <summary>The refusal for somebody who has not logged in.</summary>
    public static IResult LogIn(HttpContext http) => Of(http, 401, "log_in", words => words.LogInFirst, words => words.LogInFirstHint);

    /// <summary>The refusal of what is not there.</summary>
    public static IResult NotFound(HttpContext http) => Of(http, 404, "not_found", words => words.NotThere, words => words.NotThereHint);

    /// <summary>The refusal of an act that is no longer possible.</summary>
    public static IResult TooLate(HttpContext http) => Of(http, 409, "too_late", words => words.TooLate, words => words.TooLateHint);
}
