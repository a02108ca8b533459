using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace PantryChain.Ui.Hosting;

/// <summary>The names under which this host may be asked for. Any other name may lead here only because somebody else's DNS says so (DNS rebinding).</summary>
/// <remarks>
/// Without this a page of another site becomes "the same site" for a browser as soon as its name resolves to this machine. IP literals need no DNS, so nobody can point them
/// elsewhere, and all are answered. Immutable and thread safe.
/// </remarks>
public sealed partial class OwnHosts
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase) { "localhost" };

    /// <summary>This machine's name, alone and under <c>.local</c> (multicast DNS), and what the operator adds.</summary>
    /// <param name="configured">Further names, each one that <see cref="IsName"/> accepts.</param>
    /// <param name="option">Where more are set, for the refusal: a member and its file.</param>
    public OwnHosts(IEnumerable<string> configured, string option)
    {
        Option = option;
        string machine = Dns.GetHostName();
        foreach (string name in new[] { machine, machine.Split('.')[0], machine.Split('.')[0] + ".local" }.Where(IsName).Concat(configured))
            _names.Add(name.TrimEnd('.'));
    }

    /// <summary>Where more names are set.</summary>
    public string Option { get; }

    /// <summary>The names, <c>localhost</c> among them.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>True for a host name: labels of letters, digits and hyphens (RFC 1123 §2.1), no port, no wildcard, no address.</summary>
    public static bool IsName(string? text) => text is { Length: >= 1 and <= 253 } && Name().IsMatch(text) && !IPAddress.TryParse(text, out _);

    /// <summary>True when a request's <c>Host</c> (or <c>:authority</c>) is one of the names or an IP literal, with or without a port.</summary>
    public bool Answers(string? host)
    {
        if (string.IsNullOrEmpty(host))
            return false;
        int colon = host.LastIndexOf(':'), bracket = host.LastIndexOf(']');
        bool hasPort = colon > bracket;
        if (hasPort && !ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return false;
        string name = hasPort ? host[..colon] : host;
        return IsLiteral(name) || _names.Contains(name.EndsWith('.') ? name[..^1] : name);
    }

    /// <summary>An address as a browser writes it into <c>Host</c>: four decimal parts, or IPv6 in brackets without a zone.</summary>
    private static bool IsLiteral(string name) => name is ['[', .. string inside, ']']
        ? !inside.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(inside, out IPAddress? six) && six.AddressFamily == AddressFamily.InterNetworkV6
        : IPAddress.TryParse(name, out IPAddress? four) && four.AddressFamily == AddressFamily.InterNetwork && four.ToString() == name;

    [GeneratedRegex(@"\A(?!.*\.\.)[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
