using System.Device.I2c;
using Iot.Device.Ssd13xx;
using Iot.Device.Ssd13xx.Commands;
using Iot.Device.Ssd13xx.Commands.Ssd1306Commands;

namespace PantryChain.DeviceDrivers.Display;

/// <summary>An OLED of 128 by 64 pixels with an SSD1306 on I²C: base class, buffers and commands of Iot.Device.Bindings, and the sequence that this panel needs.</summary>
/// <remarks>
/// The binding's own class <c>Ssd1306</c> (4.2) sets every panel up as one of 128 by 32, clears pages 1 to 3 alone, and throws without a library for pictures.
/// One caller. Nothing of it can be read back, so <see cref="Renew"/> is for a panel that lost its power for a moment.
/// </remarks>
public sealed class Ssd1306Panel : Ssd13xx
{
    /// <summary>The chip's addresses, by its pin SA0 (SSD1306 data sheet 1.1, 8.1.5.1).</summary>
    public const int FirstAddress = 0x3C, LastAddress = 0x3D;

    private const int Piece = 32; // what an SMBus takes at once, and 3 ms at 100 kHz

    private readonly bool _upsideDown;
    private readonly PixelFrame _shown = new();
    private readonly bool[] _known = new bool[PixelFrame.Pages];
    private byte _contrast;
    private bool _asleep;

    /// <summary>Sets the panel up, dark; the device is disposed with it, and when this fails.</summary>
    /// <param name="device">A device on a bus.</param>
    /// <param name="upsideDown">True for a panel that hangs with its pins below.</param>
    /// <param name="contrast">0 for the dimmest, 255 for the brightest.</param>
    /// <exception cref="IOException">Nobody answers there.</exception>
    public Ssd1306Panel(I2cDevice device, bool upsideDown, byte contrast)
        : base(device, PixelFrame.Width, PixelFrame.Height)
    {
        (_upsideDown, _contrast) = (upsideDown, contrast);
        try
        {
            SendCommand(new SetDisplayOff());
            Configure();
            Show(new PixelFrame());
            SendCommand(new SetDisplayOn());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sends what differs from what is shown, page by page in pieces: others get the bus between two of them.</summary>
    public void Show(PixelFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        for (int page = 0; page < PixelFrame.Pages; page++)
        {
            if (_known[page] && frame.Page(page).SequenceEqual(_shown.Page(page)))
                continue;
            _known[page] = false; // until it has arrived
            Send(new SetPageAddress((PageAddress)page, PageAddress.Page7));
            Send(new SetColumnAddress(0, PixelFrame.Width - 1));
            for (int column = 0; column < PixelFrame.Width; column += Piece)
                SendData(frame.Page(page).Slice(column, Piece).ToArray());
            _known[page] = true;
        }
        _shown.CopyFrom(frame);
    }

    /// <summary>How bright it is and whether it shines at all; asleep it keeps its picture.</summary>
    public void Light(byte contrast, bool asleep)
    {
        if (contrast != _contrast)
            SendCommand(new SetContrastControlForBank0(contrast));
        _contrast = contrast;
        if (asleep != _asleep)
            SendCommand(asleep ? new SetDisplayOff() : new SetDisplayOn());
        _asleep = asleep;
    }

    /// <summary>Sends everything again: a panel whose power failed for a moment answers and is dark.</summary>
    public void Renew()
    {
        Configure();
        Array.Clear(_known);
        Show(_shown);
        SendCommand(_asleep ? new SetDisplayOff() : new SetDisplayOn());
    }

    /// <inheritdoc />
    public override void SendCommand(ISharedCommand command) => Send(command);

    /// <inheritdoc />
    protected override void SetStartAddress()
    {
        Send(new SetColumnAddress(0, PixelFrame.Width - 1));
        Send(new SetPageAddress(PageAddress.Page0, PageAddress.Page7));
    }

    /// <summary>Power-up of a 128 by 64 panel with the chip's own charge pump (data sheet 1.1, application note, chapters 2 and 3).</summary>
    private void Configure()
    {
        Send(new SetDisplayClockDivideRatioOscillatorFrequency(0, 8));
        SendCommand(new SetMultiplexRatio(PixelFrame.Height - 1));
        Send(new SetDisplayOffset(0));
        Send(new SetDisplayStartLine(0));
        Send(new SetChargePump(enableChargePump: true));
        Send(new SetMemoryAddressingMode(SetMemoryAddressingMode.AddressingMode.Horizontal));
        Send(new SetSegmentReMap(columnAddress127: !_upsideDown));
        Send(new SetComOutputScanDirection(normalMode: _upsideDown));
        Send(new SetComPinsHardwareConfiguration(alternativeComPinConfiguration: true, enableLeftRightRemap: false));
        SendCommand(new SetContrastControlForBank0(_contrast));
        Send(new SetPreChargePeriod(1, 15));
        Send(new SetVcomhDeselectLevel(SetVcomhDeselectLevel.DeselectLevel.Vcc1_00));
        Send(new EntireDisplayOn(entireDisplay: false));
        Send(new SetNormalDisplay());
    }

    /// <summary>A command behind the control byte that says so (data sheet 1.1, 8.1.5.2).</summary>
    private void Send(ICommand command)
    {
        byte[] bytes = command.GetBytes();
        Span<byte> sent = SliceGenericBuffer(bytes.Length + 1);
        sent[0] = 0x00;
        bytes.CopyTo(sent[1..]);
        I2cDevice!.Write(sent);
    }
}
