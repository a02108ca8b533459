using PantryChain.Domain.Tags;

namespace PantryChain.Domain.Sensing;

/// <summary>What a tag's URI says it is fixed to, in any of the ways that items are written.</summary>
public static class ItemUri
{
    /// <summary>Reads <c>urn:epc:tag:</c>, <c>urn:epc:id:</c>, <c>urn:epc:raw:</c> or a GS1 Digital Link.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="item">The item.</param>
    /// <param name="refusal">Why not, as a sentence; empty when it was read.</param>
    /// <remarks>Never throws; thread safe.</remarks>
    public static bool TryParse(string? uri, out Sgtin item, out string refusal)
    {
        if (uri?.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) != true)
            return DigitalLink.TryParse(uri, out item, out refusal);
        bool read = Epc.TryParse(uri, out Epc epc, out refusal);
        item = epc.Item;
        return read;
    }
}
