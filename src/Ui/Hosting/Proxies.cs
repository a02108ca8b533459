using System.Net;

namespace PantryChain.Ui.Hosting;

/// <summary>Reads the addresses of reverse proxies from a configuration.</summary>
public static class Proxies
{
    /// <summary>An address (<c>127.0.0.1</c>, <c>::1</c>) or a network (<c>10.0.0.0/24</c>); false for anything else, and for a network that is everybody.</summary>
    public static bool TryParse(string? text, out IPNetwork network)
    {
        network = default;
        if (IPAddress.TryParse(text, out IPAddress? address))
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        else if (!IPNetwork.TryParse(text, out network))
            return false;
        return network.PrefixLength > 0;
    }

    /// <summary>All of a checked list.</summary>
    /// <exception cref="FormatException">One is neither an address nor a network.</exception>
    public static IReadOnlyList<IPNetwork> Parse(IEnumerable<string> texts) =>
        [.. texts.Select(text => TryParse(text, out IPNetwork network) ? network : throw new FormatException($"'{text}' is no address and no network."))];
}
