using PantryChain.DeviceDrivers.Display;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Configuration;

/// <summary>A display whose configuration has been checked.</summary>
/// <param name="Place">Where it sits.</param>
/// <param name="Language">What it is written in.</param>
/// <param name="IsUpsideDown">Whether it hangs with its pins below.</param>
/// <param name="Contrast">Of the chip, by day: 1 to 255.</param>
/// <param name="NightContrast">By night; null for dark.</param>
/// <param name="NightFrom">Household time.</param>
/// <param name="NightUntil">Household time.</param>
internal sealed record StatusDisplay(I2cPlace Place, Language Language, bool IsUpsideDown, byte Contrast, byte? NightContrast, TimeOnly NightFrom, TimeOnly NightUntil)
{
    /// <summary>Whether it is night at a household time of day.</summary>
    public bool IsNight(TimeOnly local) => NightFrom != NightUntil && local.IsBetween(NightFrom, NightUntil);
}

/// <summary>Checks the display and names the member and the fix where it cannot be.</summary>
internal sealed class DisplayCheck(GatewayOptions options, WiringCheck wiring, string file)
{
    private const byte Dimmest = 1;

    /// <summary>The display, or null; to be asked when converters and readers have taken their addresses.</summary>
    /// <exception cref="UserError">A member is missing, out of its range, or names what another one has.</exception>
    public StatusDisplay? Display()
    {
        if (options.Display is not { } display)
            return null;
        int address = Ssd1306Panel.FirstAddress;
        if (display.Address is { } text)
            Require("display.address", WiringCheck.TryHex(text, out address) && address is >= Ssd1306Panel.FirstAddress and <= Ssd1306Panel.LastAddress, "\"0x3C\" or \"0x3D\" is expected; boards that print 0x78 or 0x7A mean the same with the read bit");
        Require("display.language", display.Language is "ko" or "en", "ko or en is expected");
        Require("display.night", display.Night is "off" or "dim", "off or dim is expected; for no night give nightFrom and nightUntil the same time");
        return new StatusDisplay(
            wiring.CheckPlace(display.Bus, address, display.Multiplexer, display.Channel, "display"), display.Language == "ko" ? Language.Korean : Language.English, display.UpsideDown,
            (byte)Math.Max(Dimmest, display.Brightness * byte.MaxValue / 100), display.Night == "dim" ? Dimmest : null, display.NightFrom, display.NightUntil);
    }

    private void Require(string member, bool holds, string expected) => GatewayFile.Require(file, member, holds, expected);
}
