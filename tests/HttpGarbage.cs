using System.Text;
using Microsoft.AspNetCore.Routing;

namespace PantryChain.Tests;

/// <summary>Requests as no client of ours sends them, for every route that a host has; new routes are fed without being named here.</summary>
internal static class HttpGarbage
{
    private static readonly string[] Headers = ["Cookie", "Accept-Language", "Accept", "X-Forwarded-For"];

    /// <summary>What a 503 must say to be an answer: the chain is away, as code or in either language's page, or the causes that a monitor asked for.</summary>
    private static readonly string[] Unreachable = ["chain_unreachable", "The chain cannot be reached now", "지금 체인에 연결할 수 없습니다", "\"causes\":["];

    private const int TooLarge = 64 * 1024;

    private static readonly string[] Fields =
    [
        "form", "pin", "back", "mode", "maxQuantity", "maxUnitPriceWon", "budgetWon", "periodDays", "validDays", "choice", "days", "skip", "allow", "grams", "language", "theme", "note", "reference", "amountWon", "account",
        "priceWon", "password", "cutOff", "deliveryDays", "seasonMonths", "shelfLifeDays", "invitation", "gateway", "nonce", "id", "kind", "to", "data", "amount", "code",
    ];

    private static readonly string[] Values =
    [
        "", "a%00b", "%00", "%FF%FE", "%ED%A0%80", "%zz", "%", "0", "-1", "1", "18446744073709551616", "1e308", "NaN", "340282366920938463463374607431768211456", "2026-02-30", "25:61", "8801115114154", "8801115114031",
        "0x0000000000000000000000000000000000000009", "%F0%9F%98%80", "..%2F..%2Fetc", "%27%3B--", "+", "true", "null", "%0D%0ASet-Cookie:a=b", "24681012", "milk", "auto", "yes", "2",
    ];

    private static readonly string[] Bodies =
    [
        "", "null", "[]", "{}", "{\"note\":\"a\\u0000b\",\"days\":1}", "{\"note\":\"\\ud800\"}", "{\"reference\":\"a\\u0000\",\"account\":\"0x0000000000000000000000000000000000000009\",\"amount\":\"1\"}",
        "{\"reference\":\"r\",\"account\":\"0x0000000000000000000000000000000000000009\",\"amount\":\"340282366920938463463374607431768211455\"}", "{\"reference\":null,\"amount\":null}", "{\"reference\":\"q\",\"amount\":\"100000000000000000000000000000\"}",
        "{\"days\":1e308}", "{\"id\":null,\"kind\":null,\"to\":null,\"data\":null}", "{\"invitation\":\"\\u0000\",\"gateway\":\"x\",\"nonce\":18446744073709551616}", "{\"a\":", "\uFEFF{}", "{\"note\":1,\"note\":2}", "nul", "\"\"",
    ];

    private static readonly string?[] Types =
        ["application/json", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", "application/json; charset=utf-99", "a/b", null];

    /// <summary>Sends garbage and lists every answer that is none of a host's own refusals.</summary>
    /// <param name="http">A client that is logged in, follows no redirects and keeps its cookies.</param>
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="skip">Routes that stream without end or end the login.</param>
    /// <param name="dress">Adds what opens a door: a token, the form's own word.</param>
    /// <param name="requests">How many.</param>
    /// <param name="seed">The same seed sends the same.</param>
    public static async Task<IReadOnlyList<string>> FeedAsync(
        HttpClient http, IEnumerable<RouteEndpoint> endpoints, Predicate<string> skip, Func<Random, HttpRequestMessage, string> dress, int requests, int seed)
    {
        Random random = new(seed);
        (string Pattern, string Method)[] routes =
        [
            .. endpoints.SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (endpoint.RoutePattern.RawText ?? "/", method)))
                .Where(route => !skip(route.Item1)),
        ];
        List<string> wrong = [];
        for (int i = 0; i < requests; i++)
        {
            (string pattern, string method) = routes[i % routes.Length];
            using HttpRequestMessage request = new(new HttpMethod(random.Next(12) == 0 ? "DELETE" : method), Path(random, pattern));
            request.Headers.TryAddWithoutValidation("Accept", random.Next(4) == 0 ? "text/html" : "application/json");
            if (random.Next(3) == 0)
                request.Headers.TryAddWithoutValidation(Headers[random.Next(Headers.Length)], "ko;q=9,%E9=\",;=" + Values[random.Next(Values.Length)]);
            string form = dress(random, request);
            if (request.Method != HttpMethod.Get)
                request.Content = Content(random, form);
            request.Headers.ConnectionClose = request.Content?.Headers.ContentLength > TooLarge; // nothing waits behind a host that hangs up
            if (await WrongAsync(http, request) is { } what)
                wrong.Add($"{request.Method} {request.RequestUri} ({request.Content?.Headers.ContentType}): {what}");
        }
        return [.. wrong.Distinct()];
    }

    /// <summary>Sends text that cannot be (U+0000, half a character, ten thousand letters, no UTF-8) to every route in every way that text takes, and lists every answer that took it or failed over it.</summary>
    /// <param name="http">A client that is logged in, follows no redirects and keeps its cookies.</param>
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="skip">Routes that stream without end or end the login.</param>
    /// <param name="dress">Adds what opens a door, and answers the form's own word.</param>
    public static async Task<IReadOnlyList<string>> ImpossibleAsync(HttpClient http, IEnumerable<RouteEndpoint> endpoints, Predicate<string> skip, Func<HttpRequestMessage, string> dress)
    {
        List<string> wrong = [];
        foreach (RouteEndpoint endpoint in endpoints.Where(endpoint => !skip(endpoint.RoutePattern.RawText ?? "/")))
        {
            string method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            string pattern = "/" + (endpoint.RoutePattern.RawText ?? "").Trim('/');
            foreach ((string path, string? body, string? type, bool mayPass) in Impossible(pattern, method == "GET"))
            {
                using HttpRequestMessage request = new(new HttpMethod(method), path);
                request.Headers.TryAddWithoutValidation("Accept", "application/json");
                string form = dress(request);
                if (body is not null)
                    request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(type == FormType ? $"{form}&{body}" : body)) { Headers = { { "Content-Type", type } } };
                using HttpResponseMessage answer = await http.SendAsync(request);
                int status = (int)answer.StatusCode;
                if (status >= 500 ? !Unreachable.Any((await answer.Content.ReadAsStringAsync()).Contains) : !mayPass && status < 400)
                    wrong.Add($"{method} {path} {body?[..Math.Min(body.Length, 40)]}: {status}");
            }
        }
        return wrong;
    }

    private const string FormType = "application/x-www-form-urlencoded";

    /// <summary>Paths and queries may pass where nobody looks at them; a body with U+0000 or half a character is never taken.</summary>
    private static IEnumerable<(string Path, string? Body, string? Type, bool MayPass)> Impossible(string pattern, bool isGet)
    {
        string plain = string.Join('/', pattern.Split('/').Select(part => part.StartsWith('{') ? "1" : part));
        foreach (string part in new[] { "a%00b", "%ED%A0%80", "%FF", "%EF%BF%BF", new string('x', 2_000) })
        {
            if (pattern.Contains('{', StringComparison.Ordinal))
                yield return (string.Join('/', pattern.Split('/').Select(level => level.StartsWith('{') ? part : level)), null, null, pattern.Contains("**", StringComparison.Ordinal));
            yield return ($"{plain}?slot={part}&v={part}&note={part}", null, null, true);
        }
        if (isGet)
            yield break;
        foreach (string field in new[] { "note", "reference", "pin", "password", "tag", "name", "form", "unheard" })
            yield return (plain, $"{field}=a%00b", FormType, false);
        yield return (plain, "a%00b=x", FormType, false);
        foreach (string text in new[] { "a\\u0000b", "a\\ud800" })
            yield return (plain, $$"""{"note":"{{text}}","reference":"{{text}}","invitation":"{{text}}","gateway":"{{text}}","id":"{{text}}","days":1}""", "application/json", false);
        yield return (plain, $$"""{"note":"{{new string('x', 10_000)}}","days":1}""", "application/json", true);
    }

    private static async Task<string?> WrongAsync(HttpClient http, HttpRequestMessage request)
    {
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request);
            string body = await answer.Content.ReadAsStringAsync();
            int status = (int)answer.StatusCode;
            bool fault = status >= 500 && !(status == 503 && Unreachable.Any(said => body.Contains(said, StringComparison.Ordinal)));
            bool silent = status >= 400 && body.Length == 0 && !request.RequestUri!.OriginalString.Contains("%00", StringComparison.Ordinal); // the server itself refuses a NUL in a path, before any page
            return fault || silent ? $"{status} {body[..Math.Min(body.Length, 120)]}" : null;
        }
        catch (HttpRequestException error)
        {
            return request.Content?.Headers.ContentLength > TooLarge ? null : error.Message; // a host may hang up on what is too large
        }
    }

    private static string Path(Random random, string pattern)
    {
        StringBuilder path = new();
        foreach (string part in pattern.TrimStart('/').Split('/'))
            path.Append('/').Append(part.Contains('{', StringComparison.Ordinal) ? Values[random.Next(1, Values.Length)] : part);
        return random.Next(4) == 0 ? $"{path}?{Fields[random.Next(Fields.Length)]}={Values[random.Next(Values.Length)]}&slot=x&seconds=-1&v=%00" : path.ToString();
    }

    private static ByteArrayContent Content(Random random, string form)
    {
        string? type = Types[random.Next(Types.Length)];
        string text = type?.StartsWith("application/x-www", StringComparison.Ordinal) == true || random.Next(5) == 0
            ? string.Join('&', [form, .. Enumerable.Range(0, random.Next(6)).Select(_ => $"{Fields[random.Next(Fields.Length)]}={Values[random.Next(Values.Length)]}")])
            : type?.StartsWith("multipart", StringComparison.Ordinal) == true ? "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\na" + (random.Next(2) == 0 ? "\r\n--x--" : "")
            : Bodies[random.Next(Bodies.Length)];
        byte[] bytes = random.Next(40) == 0 ? new byte[70_000] : Encoding.UTF8.GetBytes(text);
        if (random.Next(10) == 0 && bytes.Length > 0)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        ByteArrayContent content = new(bytes);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
