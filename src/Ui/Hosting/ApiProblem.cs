using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PantryChain.Ui.Hosting;

/// <summary>A refusal as programs read it: <c>application/problem+json</c> (RFC 9457) with a stable <c>code</c>.</summary>
public static class ApiProblem
{
    /// <summary>The refusal.</summary>
    /// <param name="status">The answer's status.</param>
    /// <param name="code">The stable reason, in snake case.</param>
    /// <param name="title">What was not granted, in English.</param>
    /// <param name="detail">The next step.</param>
    public static IResult Of(int status, string code, string title, string detail) =>
        Results.Problem(title: title, detail: detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>True for a request of a browser, which shows a person what it gets.</summary>
    public static bool IsForPeople(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses a request before any page or call sees it: counted, as text for people, as a problem for programs.</summary>
    internal static Task RefuseAsync(HttpContext http, int status, string code, (string Title, string Detail) english, string korean)
    {
        http.RequestServices.GetRequiredService<UiOptions>().Refused(http, code);
        IResult answer = IsForPeople(http.Request) ? Results.Text($"{english.Title} {english.Detail}\n{korean}\n", "text/plain; charset=utf-8", statusCode: status)
            : Of(status, code, english.Title, english.Detail);
        return answer.ExecuteAsync(http);
    }
}
