namespace PantryChain.Wiring;

/// <summary>Colours of wires: the palette of Okabe and Ito (2008), which people with any colour vision tell apart; names stand on every pin besides.</summary>
internal static class Ink
{
    public const string Paper = "#fbfaf6", Edge = "#cfc9bb", Text = "#22252b", Faint = "#6a6f78", Board = "#e4efe6", BoardEdge = "#7fa58a";

    public static string Of(Net net)
    {
        foreach (End end in net.Ends)
            if (end.Header is { Role: not PinRole.Signal } supply)
                return supply.Name switch { "3V3" => "#d55e00", "5V" => "#8c3b8f", _ => "#2b2b2b" };
        return net.Ends.Select(end => end.Pin is null ? "" : Named(end.Pin.Name)).FirstOrDefault(colour => colour.Length > 0) ?? "#0072b2";
    }

    public static string Pin(HeaderPin pin) => pin.Role switch
    {
        PinRole.Power => pin.Name == "5V" ? "#8c3b8f" : "#d55e00",
        PinRole.Ground => "#2b2b2b",
        _ => pin.Function switch
        {
            "" => "#0072b2",
            "SDA1" or "SCL1" => "#009e73",
            "MOSI" or "MISO" or "SCLK" or "CE0" or "CE1" => "#b07d00",
            _ => "#56708a",
        },
    };

    private static string Named(string pin) => pin switch
    {
        "SCK" or "SCL" or "SC0" or "SC1" => "#0072b2",
        "DT" or "SDA" or "SD0" or "SD1" or "MISO" or "DQ" => "#009e73",
        "MOSI" or "A-" => "#e69f00",
        "SS" or "DRDY" or "RST" => "#cc79a7",
        "E+" => "#d55e00",
        "E-" => "#2b2b2b",
        "A+" => "#56b4e9",
        "W" => "#a8a296",
        "B" => "#2b2b2b",
        _ => "",
    };
}
